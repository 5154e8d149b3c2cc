# Spinebot's commands. `make run` and `make test` do all the set-up they need.
PYTHON := .venv/bin/python
export RASA_TELEMETRY_ENABLED := false
export PYTHONWARNINGS := ignore
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help install train run shell test lint unit stores stories e2e channels properties \
  properties-sample evaluate compare trace lock widget test-widget bench-widget whatsapp-demo \
  test-whatsapp bench-whatsapp cluster widget-if-possible servers check-deploy \
  test-production production-sample
# the longest first, so that none is left running alone
CHECKS := properties-sample e2e channels stores check-deploy unit stories lint trace
WIDGET_SOURCES := $(shell find widget/src widget/build widget/demo -type f) domain.yml

help: ## list all commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/.installed: requirements.txt spinebot/ops/install.sh
	@sh spinebot/ops/install.sh

install: .venv/.installed ## make the environment from the hash-pinned lock

train: install ## train where no model is current, with the progress shown
	@$(PYTHON) -m spinebot.ops.train

widget-if-possible:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory widget; \
	else echo "Node.js 20 or newer is not on this machine: no chat widget, only REST and the shell."; fi

run: install widget-if-possible ## train if needed, start everything, print where to chat (Ctrl-C stops all of it)
	@$(PYTHON) -m spinebot.ops.serve

deploy/node_modules/.installed: deploy/package-lock.json
	@cd deploy && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.installed

check-deploy: install servers deploy/node_modules/.installed ## nginx, Compose, Helm, systemd, backup: without Docker or a cluster
	@$(PYTHON) -m pytest -q tests/deploy

cluster: train servers widget-if-possible ## the whole installation on this machine: PostgreSQL, Redis, nginx, SPINEBOT_WORKERS=2
	@$(PYTHON) -m spinebot.ops.cluster

shell: install ## rasa shell with the action server running
	@$(PYTHON) -m spinebot.ops.serve shell

servers:
	@sh spinebot/ops/programs.sh nginx redis-server postgresql

test: install train widget servers ## everything; smaller samples of what properties, test-whatsapp and test-production run in full
	@$(MAKE) --no-print-directory -j2 --output-sync=target $(CHECKS)
	@$(MAKE) --no-print-directory production-sample
	@$(MAKE) --no-print-directory test-widget

lint: install ## ruff and mypy
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy spinebot actions evaluation

unit: install ## unit tests and checks of the content
	@$(PYTHON) -m pytest -q tests/unit

stores: install ## tracker store, locks and claims against a real PostgreSQL and Redis, with faults
	@$(PYTHON) -m pytest -q tests/stores

stories: train ## the story tests, with a readable result
	@$(PYTHON) -m spinebot.ops.stories

e2e: train widget ## end to end over HTTP, against the real servers
	@$(PYTHON) -m pytest -q tests/e2e

channels: train ## WhatsApp against the real assistant and stand-ins for Meta and Twilio
	@$(PYTHON) -m pytest -q tests/channels \
	  --ignore=tests/channels/whatsapp/test_load.py --ignore=tests/channels/whatsapp/test_recovery.py

properties-sample: train
	@SPINEBOT_CONVERSATIONS=600 $(PYTHON) -m pytest -q -s tests/properties

properties: train ## 2,000 random conversations, 5,000 changed messages, robustness, the zone of asking
	@$(PYTHON) -m pytest -q -s tests/properties

evaluate: train ## error analysis with pictures in evaluation/report (ten minutes)
	@$(PYTHON) -m evaluation.intents
	@$(PYTHON) -m evaluation.errors

compare: train ## eight language pipelines side by side, Rasa's default among them (hours)
	@$(PYTHON) -m evaluation.pipelines.compare

widget/node_modules/.installed: widget/package-lock.json
	@cd widget && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.installed

widget/dist/spinebot.js: widget/node_modules/.installed $(WIDGET_SOURCES)
	@cd widget && npm run --silent build

widget: widget/dist/spinebot.js ## build widget/dist/spinebot.js (needs Node.js 20)

test-widget: train widget ## the widget's unit tests, then a real browser against the real assistant
	@sh spinebot/ops/programs.sh chromium
	@cd widget && npm run --silent check && npm run --silent unit && npm run --silent browser

bench-widget: train widget ## the widget beside its peers; result in evaluation/widget
	@sh spinebot/ops/programs.sh chromium
	@cd widget/bench && npm ci --no-audit --no-fund --loglevel=error && npm run --silent bench

trace: install ## section -> facts -> answer -> intent -> phrases -> story -> test; fails on a hole
	@$(PYTHON) -m spinebot.ops.trace

lock: ## renew requirements.txt from requirements.in (needs uv)
	uv pip compile -q --no-emit-index-url --generate-hashes --python-version 3.10 \
	  --override requirements-overrides.txt requirements.in -o requirements.txt

whatsapp-demo: train ## WhatsApp on this machine: a stand-in for Meta, the conversation as a phone shows it
	@$(PYTHON) -m spinebot.ops.whatsapp.demo

test-whatsapp: train ## WhatsApp against the real assistant, with faults; writes evaluation/whatsapp.json
	@rm -f evaluation/whatsapp.json
	@SPINEBOT_WHATSAPP_REPORT=evaluation/whatsapp.json $(PYTHON) -m pytest -q \
	  tests/unit/whatsapp tests/channels/whatsapp

bench-whatsapp: train ## WhatsApp against Rasa's Twilio channel and pywa on the same deliveries
	@$(PYTHON) -m tests.channels.whatsapp.bench

test-production: train widget servers ## faults, attacks and load on a whole installation; writes evaluation/production.json
	@rm -f evaluation/production.json
	@SPINEBOT_PRODUCTION_REPORT=evaluation/production.json $(PYTHON) -m pytest -q tests/production

production-sample: train widget servers ## the main rows of test-production, in three minutes
	@SPINEBOT_PRODUCTION=short $(PYTHON) -m pytest -q tests/production
