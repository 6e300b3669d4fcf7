"""Supervisors at work, on both runtimes."""

from __future__ import annotations

from neo.actors.runtime import ChildReady, ChildSpec, Ping, RestartPolicy, Supervising, handles
from tests.actors.runtime.cast import MS, QUICK, Ask, Boom, Hang, Parent, Record, Recorder, S, Say, Stubborn
from tests.actors.runtime.world import SimWorld, ThreadWorld, World


def recorder(world: World, name: str, policy: RestartPolicy = QUICK) -> ChildSpec:
    return ChildSpec(name, Recorder, {"record": world.record}, policy)


def started(world: World, *specs: ChildSpec, stop_within_ns: int = 600 * S) -> None:
    world.spawn("parent", Parent, record=world.record, children=tuple(specs), stop_within_ns=stop_within_ns)
    world.until_seen("all ready")


class Waiting(Recorder):
    """Is not ready before it is told so."""

    ready_when_started = False

    @handles(Ask)
    def on_ask(self, message: Ask) -> None:
        self.ready()


def test_a_child_starts_only_when_the_one_before_it_is_ready(world: World) -> None:
    slow = ChildSpec("slow", Waiting, {"record": world.record}, QUICK)
    specs = (recorder(world, "first"), slow, recorder(world, "last"))
    world.spawn("parent", Parent, record=world.record, children=specs)
    world.until_seen("slow#1 started")
    assert "last#1 started" not in world.seen
    world.system.tell("slow", Ask("now"))
    world.until_seen("all ready")
    assert world.seen == ["first#1 started", "slow#1 started", "last#1 started", "all ready"]


def test_who_depends_on_the_dead_is_restarted_with_it_in_start_order(world: World) -> None:
    writer = RestartPolicy(backoff_min_ns=MS, restart_with=("risk", "router"))
    specs = (recorder(world, "writer", writer), recorder(world, "risk"), recorder(world, "market"))
    started(world, *specs, recorder(world, "router"))
    world.seen.clear()
    world.system.tell("writer", Boom())
    world.until_seen(("back", "writer"), "router#1 stopping", "risk#1 stopping")
    new = [item for item in world.seen if str(item).endswith("started")]
    assert new == ["writer#2 started", "risk#2 started", "router#2 started"]
    assert world.seen[0] == ("down", "writer", "ValueError: boom")


def test_too_many_deaths_escalate(world: World) -> None:
    started(world, recorder(world, "child", RestartPolicy(intensity=2, backoff_min_ns=MS)))
    for number in range(1, 4):
        world.until(lambda n=number: f"child#{n} started" in world.seen)  # type: ignore[misc]
        world.system.tell("child", Boom())
    world.until_seen(("escalated", "child", "ValueError: boom"))
    assert world.system.incarnation("child") == 3
    assert not world.system.is_up("child")


def test_an_error_that_is_not_transient_escalates_at_once(world: World) -> None:
    started(world, recorder(world, "child", RestartPolicy(transient=("TimeoutError",))))
    world.system.tell("child", Boom())
    world.until_seen(("escalated", "child", "ValueError: boom"))
    assert world.system.incarnation("child") == 1


def test_a_child_that_does_not_become_ready_in_time_is_replaced(world: World) -> None:
    policy = RestartPolicy(backoff_min_ns=MS, ready_timeout_ns=20 * MS, intensity=1)
    lazy = ChildSpec("lazy", Waiting, {"record": world.record}, policy)
    world.spawn("parent", Parent, record=world.record, children=(lazy,))
    error = "NotReady: it did not become ready in time"
    world.until_seen(("down", "lazy", error), "lazy#2 started", ("escalated", "lazy", error))


def test_children_stop_in_reverse_order_after_what_they_had_queued(world: World) -> None:
    started(world, recorder(world, "first"), recorder(world, "second"))
    world.seen.clear()
    world.system.tell("first", Say("still to do"))
    world.system.tell("parent", Say("stop"))
    world.until_seen(("stopped", ()))
    order = [item for item in world.seen if item != "first#1:still to do"]
    assert order == ["second#1 stopping", "first#1 stopping", ("stopped", ())]
    assert world.seen.index("first#1:still to do") < world.seen.index("first#1 stopping")


def test_a_child_that_dies_while_all_are_being_stopped_is_not_restarted(world: World) -> None:
    started(world, recorder(world, "first"), recorder(world, "second"))
    world.system.tell("second", Boom())
    world.system.tell("parent", Say("stop"))
    world.until(lambda: any(isinstance(item, tuple) and item[0] == "stopped" for item in world.seen))
    assert ("stopped", ()) in world.seen
    assert not world.system.is_up("first")
    assert not world.system.is_up("second")


def test_a_stuck_child_is_named_and_the_others_stop_nevertheless(threads: ThreadWorld) -> None:
    stubborn = ChildSpec("stubborn", Stubborn, {"record": threads.record, "release": threads.release}, QUICK)
    started(threads, recorder(threads, "first"), stubborn, recorder(threads, "last"), stop_within_ns=200 * MS)
    threads.system.tell("stubborn", Hang())
    threads.until_seen("stubborn#1 hangs")
    threads.system.tell("parent", Say("stop"))
    threads.until_seen("first#1 stopping", "last#1 stopping")
    threads.until(lambda: any(isinstance(item, tuple) and item[0] == "stopped" for item in threads.seen))
    (named,) = [item[1] for item in threads.seen if isinstance(item, tuple) and item[0] == "stopped"]
    assert "stubborn" in named  # and perhaps one that a slow machine did not let end in time


def test_an_actor_that_stops_by_itself_is_restarted(world: World) -> None:
    class Quitter(Recorder):
        @handles(Ask)
        def on_ask(self, message: Ask) -> None:
            self.stop()

    started(world, ChildSpec("quitter", Quitter, {"record": world.record}, QUICK))
    world.system.tell("quitter", Ask("leave"))
    world.until_seen(("down", "quitter", "Stopped: nobody had asked for it"), ("back", "quitter"))
    world.system.tell("quitter", Say("hello"))
    world.until_seen("quitter#2:hello")


def test_news_of_a_past_incarnation_are_not_taken_for_the_present_one(world: World) -> None:
    started(world, ChildSpec("child", Waiting2, {"record": world.record}, QUICK))
    world.system.tell("child", Boom())
    world.until_seen("child#2 started")
    world.system.tell("parent", ChildReady("child", 1))
    world.system.ask("parent", Ping(1), 600 * S)  # it has heard the news by now
    assert ("back", "child") not in world.seen
    world.system.tell("child", Ask("ready"))
    world.until_seen(("back", "child"))


class Waiting2(Waiting):
    """The first incarnation is ready at once."""

    def started(self) -> None:
        super().started()
        if self.incarnation == 1:
            self.ready()


class Clan(Supervising):
    """A supervisor with a supervisor's duties and no hooks."""

    def __init__(self, record: Record, children: tuple[ChildSpec, ...]) -> None:
        super().__init__(children)
        self.record = record

    @handles(Boom)
    def on_boom(self, message: Boom) -> None:
        raise ValueError("boom")


def test_a_supervisor_that_dies_takes_its_children_along_and_starts_them_anew(world: World) -> None:
    clan = ChildSpec("clan", Clan, {"record": world.record, "children": (recorder(world, "child"),)}, QUICK)
    started(world, clan)
    world.system.tell("clan", Boom())
    world.until_seen(("back", "clan"), "child#1 stopping", "child#2 started")


def test_a_supervisor_that_is_given_up_leaves_no_children_running(world: World) -> None:
    hopeless = RestartPolicy(intensity=0)
    clan = ChildSpec("clan", Clan, {"record": world.record, "children": (recorder(world, "child"),)}, hopeless)
    started(world, clan)
    world.system.tell("clan", Boom())
    world.until_seen(("escalated", "clan", "ValueError: boom"), "child#1 stopping")
    assert not world.system.is_up("child")


def test_two_children_of_one_name_are_refused(world: World) -> None:
    twins = (recorder(world, "twin"), recorder(world, "twin"))
    world.spawn("parent", Parent, record=world.record, children=twins)
    world.until(lambda: world.system.fatal_reason is not None)
    assert world.system.fatal_reason == "parent died: ValueError: two children have the same name"


def test_the_same_story_is_told_on_both_runtimes() -> None:
    stories = []
    for world in (ThreadWorld(), SimWorld()):
        writer = RestartPolicy(backoff_min_ns=MS, jitter=0, restart_with=("risk",), intensity=1)
        started(world, recorder(world, "writer", writer), recorder(world, "risk"))
        world.system.tell("writer", Boom())
        world.until_seen(("back", "writer"), "risk#1 stopping")
        world.system.tell("writer", Boom())
        world.until_seen(("escalated", "writer", "ValueError: boom"))
        stories.append([item for item in world.seen if item != "risk#1 stopping"])
        world.close()
    assert stories[0] == stories[1]
