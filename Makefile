# One word a task. The work itself is done by handover/launcher, which needs nothing but Python 3.11 or newer.
.DEFAULT_GOAL := help
.PHONY: run stop restart setup train test lint bench chaos bench-nlu pictures doctor lock clean help

PYTHONS := python3 python3.14 python3.13 python3.12 python3.11 $(wildcard $(HOME)/.pyenv/versions/3.1[1-9]*/bin/python3)
PYTHON = $(shell for p in $(PYTHONS); do \
	$$p -c 'import ensurepip, sqlite3, ssl, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
LAUNCH = $(or $(PYTHON),$(error Kulanz needs Python 3.11 or newer with venv, and found none. Debian: \
	apt install python3 python3-venv. With pyenv: pyenv install 3.11. With uv: uv python install 3.11)) -m handover.launcher

run: ## set up what is missing, start everything, print addresses and demo log-ins (Ctrl-C ends it)
	@$(LAUNCH) run

restart: ## start the desk anew (new code) while the rest runs on; several desk processes one after the other
	@$(LAUNCH) restart

stop: ## end what `make run` started
	@$(LAUNCH) stop

setup: ## set up what is missing, start nothing
	@$(LAUNCH) setup

train: ## train the bot if its files have changed; what runs takes the new model over without losing a turn
	@$(LAUNCH) train

test: ## set up what is missing, lint, run every test (ARGS="-k word" goes to pytest)
	@$(LAUNCH) test $(ARGS)

lint: ## style, types and import rules, both languages
	@$(LAUNCH) lint

bench: ## milliseconds from a visitor's send to the bot's answer, memory of each process
	@$(LAUNCH) bench $(ARGS)

chaos: ## a storm over the whole house on both databases, 100,000 messages each (SEED=7 plays it again; MESSAGES=5000 for less)
	@.venv/bin/python -m tests.chaos.run $(if $(SEED),--seed $(SEED)) $(if $(MESSAGES),--messages $(MESSAGES)) $(ARGS)

bench-nlu: ## the understanding beside Rasa's default pipeline and the lean one (PIPELINES=ours for ours alone)
	@PIPELINES=$${PIPELINES:-ours,lean,diet} .venv/bin/python -m pytest tests/bench/test_nlu.py -s -p no:cacheprovider $(ARGS)

pictures: ## take the README's screenshots anew
	@KULANZ_KEEP_PICTURES=1 .venv/bin/python -m pytest tests/browser/test_pictures.py tests/browser/test_desk_pages.py \
	tests/browser/test_widget_states.py -k "pictured or en-desktop"

doctor: ## what is up, down or stale
	@$(LAUNCH) doctor

lock: ## write requirements.lock from what .venv holds (after a deliberate change of libraries)
	@{ echo '# The exact libraries of .venv, direct and indirect. Written by `make lock`; why each direct one: pyproject.toml.'; \
	.venv/bin/pip freeze --exclude-editable | sed 's/+cpu$$//'; } > requirements.lock.new && mv requirements.lock.new requirements.lock

clean: stop ## forget what was built (bundles, stamps, trained models); databases and environments stay
	rm -rf data/var/stamps data/var/models widget/dist handover/desk/dist

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18
