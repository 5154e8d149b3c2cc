"""WhatsApp, by Meta's Cloud API or by Twilio: one core, two transports.

A webhook is verified, parsed and stored before it is answered with 200 (`inbox`); the turn runs
and its messages are stored before any is sent (`outbox`); `desk` works both off, person by person.
"""
