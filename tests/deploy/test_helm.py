"""The chart and the values for RasaHQ's chart, checked without a cluster."""
from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.rendered import CHART, DEPLOY, SITE, helm, manifests, named, program


def valid(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program("kubernetes-validate"), "--strict", str(file)],
                          capture_output=True, text=True)


@pytest.fixture(scope="module")
def rendered() -> list[dict[str, Any]]:
    return manifests()


def test_the_chart_passes_lint() -> None:
    done = helm("lint", "--strict", str(CHART), *SITE)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("more", [
    (), ("--set", "workers.replicas=3,workers.journal.storageClass=fast"),
    ("--set", "workers.enabled=false,workers.external={rasa:5005}"),
    ("--set", "networkPolicy.enabled=false,imagePullSecrets[0].name=registry")])
def test_what_it_renders_is_valid(more: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    file.write_text(yaml.safe_dump_all(manifests(*more)))
    checked = valid(file)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "passed" in checked.stdout + checked.stderr


def test_the_validator_would_notice_a_mistake(rendered: list[dict[str, Any]],
                                              tmp_path: Path) -> None:
    workers = named(rendered, "StatefulSet", "spinebot-worker")
    file = tmp_path / "wrong.yaml"
    file.write_text(yaml.safe_dump({**workers, "spec": {**workers["spec"], "replicas": "two"}}))
    assert valid(file).returncode != 0


def test_the_extras_for_rasahqs_chart_are_valid() -> None:
    checked = valid(DEPLOY / "helm" / "rasa-extras.yaml")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("missing", ["host", "origins"])
def test_without_what_must_be_set_it_says_so(missing: str) -> None:
    done = helm("template", "spinebot", str(CHART), *SITE, "--set", f"{missing}=")
    assert done.returncode != 0
    assert missing in done.stderr


def test_a_start_may_take_three_minutes(rendered: list[dict[str, Any]]) -> None:
    worker = containers(rendered)["worker"]
    probe = worker["startupProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] >= 180


def test_a_store_that_is_away_takes_no_worker_out(rendered: list[dict[str, Any]]) -> None:
    worker = containers(rendered)["worker"]
    for probe in ("readinessProbe", "livenessProbe"):
        assert worker[probe]["httpGet"]["path"] == "/health/live"


def test_the_action_server_has_no_port_and_no_service(rendered: list[dict[str, Any]]) -> None:
    assert "ports" not in containers(rendered)["actions"]
    ports = [port["port"] for each in rendered if each["kind"] == "Service"
             for port in each["spec"]["ports"]]
    assert set(ports) == {80, 443, 5005}


def test_only_the_front_is_reached_from_outside(rendered: list[dict[str, Any]]) -> None:
    services = [each for each in rendered if each["kind"] == "Service"]
    outside = [each["metadata"]["name"] for each in services
               if each["spec"].get("type", "ClusterIP") != "ClusterIP"]
    assert outside == ["spinebot-front"]
    policy = named(rendered, "NetworkPolicy", "spinebot-worker")["spec"]
    assert all("from" in rule for rule in policy["ingress"])


def test_nginx_knows_every_worker_by_an_address_that_stays() -> None:
    found = manifests("--set", "workers.replicas=3")
    front = named(found, "Deployment", "spinebot-front")["spec"]["template"]["spec"]
    words = front["initContainers"][0]["command"]
    workers = [f"spinebot-worker-{number}" for number in range(3)]
    assert f"--workers={','.join(f'{worker}:5005' for worker in workers)}" in words
    for worker in workers:
        service = named(found, "Service", worker)["spec"]
        assert service["selector"]["statefulset.kubernetes.io/pod-name"] == worker


def test_running_turns_are_finished_before_a_pod_goes(rendered: list[dict[str, Any]]) -> None:
    pod = named(rendered, "StatefulSet", "spinebot-worker")["spec"]["template"]["spec"]
    waits = {each["name"]: int(each["lifecycle"]["preStop"]["exec"]["command"][1])
             for each in pod["containers"]}
    assert waits["actions"] >= waits["worker"] + 15  # the last turns still need it
    assert pod["terminationGracePeriodSeconds"] > waits["worker"] + 15


def test_no_container_has_more_rights_than_it_needs(rendered: list[dict[str, Any]]) -> None:
    pods = [each["spec"]["template"]["spec"] for each in rendered
            if each["kind"] in ("StatefulSet", "Deployment")]
    for pod in pods:
        assert pod["securityContext"]["runAsNonRoot"] and not pod["automountServiceAccountToken"]
        for each in [*pod["containers"], *pod.get("initContainers", [])]:
            assert each["securityContext"] == {**each["securityContext"],
                                               "allowPrivilegeEscalation": False,
                                               "capabilities": {"drop": ["ALL"]}}
            assert "memory" in each["resources"]["limits"]


def test_the_traps_of_rasahqs_chart_are_switched_off() -> None:
    values = yaml.safe_load((DEPLOY / "helm" / "values.yaml").read_text())
    rasa = values["rasa"]
    assert not rasa["settings"]["useDefaultArgs"] and not rasa["settings"]["enableApi"]
    assert rasa["settings"]["cors"] == "" and not rasa["settings"]["telemetry"]["enabled"]
    assert rasa["overrideEnv"] and rasa["command"]
    assert [values[name]["enabled"] for name in
            ("rasaProServices", "duckling", "actionServer")] == [False] * 3
    assert rasa["livenessProbe"]["initialDelaySeconds"] >= 180
    assert rasa["readinessProbe"]["httpGet"]["path"] == "/health/live"


@pytest.mark.skipif(not os.environ.get("SPINEBOT_RASA_CHART"),
                    reason="SPINEBOT_RASA_CHART names no checkout of RasaHQ's charts/rasa")
def test_rasahqs_chart_renders_with_our_values(tmp_path: Path) -> None:
    done = helm("template", "spinebot-rasa", os.environ["SPINEBOT_RASA_CHART"], "-f",
                str(DEPLOY / "helm" / "values.yaml"))
    assert done.returncode == 0, done.stderr
    (tmp_path / "all.yaml").write_text(done.stdout)
    assert valid(tmp_path / "all.yaml").returncode == 0
    assert "--enable-api" not in done.stdout and "--cors" not in done.stdout


def containers(found: list[dict[str, Any]]) -> dict[str, Any]:
    pod = named(found, "StatefulSet", "spinebot-worker")["spec"]["template"]["spec"]
    return {each["name"]: each for each in pod["containers"]}
