"""Language pipelines compared on the same phrases: quality, calibration, speed, memory, training.

`python -m evaluation.pipelines.compare` measures each contender in processes of its own.
"""
