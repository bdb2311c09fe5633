"""Runs in Rasa's own environment: trains one pipeline, or reads texts with a trained one. Started by test_nlu.py."""

import asyncio
import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "bot"))


def train(config: str, model: str) -> dict:
    """Seconds of the processors in training, loading of libraries not counted."""
    from rasa.model_training import train_nlu

    data, domain = str(ROOT / "bot" / "dialogue" / "nlu"), str(ROOT / "bot" / "domain")
    path = Path(model)
    start = time.process_time()
    train_nlu(config, data, str(path.parent), fixed_model_name=path.name.replace(".tar.gz", ""), domain=domain)
    return {"train_seconds": time.process_time() - start}


def read(model: str, texts: str, without_tensorflow: str) -> dict:
    """The ranking of each text, the processors' milliseconds for the median one, and the memory of the process."""
    if without_tensorflow == "yes":
        import absent

        absent.leave_out_training()
    import logging

    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    from rasa.core.agent import Agent

    agent = Agent.load(model)
    times, rankings = [], []
    for text in ["Hallo", *json.loads(Path(texts).read_text(encoding="utf-8"))]:
        start = time.process_time()
        parsed = asyncio.run(agent.parse_message(text))
        times.append(time.process_time() - start)
        rankings.append([(one["name"], float(one["confidence"])) for one in parsed["intent_ranking"]])
    return {"rankings": rankings[1:], "ms": 1000 * sorted(times[1:])[len(times) // 2], "memory_mb": resident_mb()}


def resident_mb() -> float:
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    command, result, *words = sys.argv[1:]
    done = {"train": train, "read": read}[command](*words)
    Path(result).write_text(json.dumps(done), encoding="utf-8")
