# SPDX-License-Identifier: Apache-2.0
"""A pod's counters as tables for people: rates between two readings, totals where a rate says little."""

import time

from dataplane_client import pb

LATENCY_MIN_NS = 256  # LatencyHistogram: bucket i is below 256 ns << i


def table(title, head, rows):
    """Lines of a table; none when it has no rows. Columns of numbers lean right."""
    if not rows:
        return []
    cells = [head] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    numeric = [all(row[i][:1].isdigit() or row[i] == "-" for row in cells[1:]) for i in range(len(head))]

    def line(row):
        return "  " + "  ".join(c.rjust(w) if n else c.ljust(w) for c, w, n in zip(row, widths, numeric)).rstrip()

    return ["", title, *map(line, cells)]


def count(value):
    """12345678 as 12.3M."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:.1f}{unit}"
    return f"{value:.0f}"


def duration(ns):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
        if ns >= size:
            return f"{ns / size:.3g} {unit}"
    return f"{ns} ns"


def quantile(buckets, part):
    """Upper bound of the bucket that holds it; the last bucket has none."""
    rest = sum(buckets) * part
    for i, packets in enumerate(buckets[:-1]):
        rest -= packets
        if rest <= 0:
            return duration(LATENCY_MIN_NS << i)
    return "more"


def name(enum, value, prefix):
    return enum.Name(value).removeprefix(prefix).lower().replace("_", "-")


class Stats:
    def __init__(self, before, now):
        self.now, self.seconds = now, (now.time_ns - before.time_ns) / 1e9
        same = before.epoch == now.epoch  # else the process was restarted in between: it counts from zero
        self.tenants_before = {t.tenant_id: t for t in before.tenants} if same else {}
        self.views_before = {v.uid: v for v in before.views} if same else {}
        self.ports_before = {p.name: p for p in before.ports} if same else {}

    def rate(self, now, before, field):
        return (getattr(now, field) - (getattr(before, field) if before is not None else 0)) / self.seconds

    def amounts(self, now, before):
        """Packets and bits per second, formatted."""
        return [count(self.rate(now, before, "packets")), count(8 * self.rate(now, before, "bytes"))]

    def tenants(self):
        rows = []
        for t in self.now.tenants:
            cpu = self.rate(t, self.tenants_before.get(t.tenant_id), "cpu_ns") / 1e7
            drops = sum(d.packets for d in t.drops)
            rows.append([t.tenant_id, f"{cpu:.1f}", "shared" if t.shared_worker else "own", f"{t.queue_depth}/{t.queue_capacity}",
                         f"{t.buffers}/{t.buffer_quota}", count(t.flows), count(drops)])
        return table("tenants", ["tenant", "cpu %", "worker", "queue", "buffers", "flows", "dropped outside views"], rows)

    def views(self):
        rows = []
        for v in self.now.views:
            before = self.views_before.get(v.uid)
            rows.append([v.tenant_id, v.view_id, count(self.rate(v, before, "injected_packets")),
                         count(self.rate(v, before, "left_packets")), count(v.injected_packets), count(v.left_packets),
                         count(sum(d.packets for d in v.drops)), v.uid])
        return table("views", ["tenant", "view", "injected/s", "left/s", "injected", "left", "dropped", "uid"], rows)

    def of_views(self, field, key, row):
        """Rows of a repeated field of all views, each beside what it was before."""
        rows = []
        for v in self.now.views:
            before = self.views_before.get(v.uid)
            old = {key(item): item for item in getattr(before, field)} if before is not None else {}
            rows += [[v.tenant_id, v.view_id, *row(item, old.get(key(item)))] for item in getattr(v, field)]
        return rows

    def edges(self):
        rows = self.of_views("edges", lambda e: (getattr(e, "from"), e.to, e.direction),
                             lambda e, old: [getattr(e, "from"), e.to, name(pb.Direction, e.direction, "DIRECTION_"),
                                             *self.amounts(e, old)])
        return table("edges", ["tenant", "view", "from", "to", "direction", "packets/s", "bit/s"], rows)

    @staticmethod
    def times(histogram, old):
        """Of the packets since the reading before."""
        buckets = [now - before for now, before in zip(histogram.buckets, old.buckets if old is not None else [0] * 64)]
        if sum(buckets) == 0:
            bounds = ["-", "-"]
        else:
            bounds = [quantile(buckets, 0.5), quantile(buckets, 0.99)]
        return [histogram.node, name(pb.Direction, histogram.direction, "DIRECTION_"), count(sum(buckets)), *bounds]

    def latency(self):
        rows = self.of_views("latency", lambda h: (h.node, h.direction),
                             self.times)
        return table("time in this pod", ["tenant", "view", "node", "direction", "packets", "p50 below", "p99 below"], rows)

    def drops(self):
        rows = self.of_views("drops", lambda d: (d.node, d.direction, d.reason),
                             lambda d, old: [d.node or "-", name(pb.DropReason, d.reason, "DROP_REASON_"),
                                             *self.amounts(d, old)[:1], count(d.packets)])
        rows += [[t.tenant_id, "-", "-", name(pb.DropReason, d.reason, "DROP_REASON_"), "-", count(d.packets)]
                 for t in self.now.tenants for d in t.drops]
        return table("drops", ["tenant", "view", "node", "reason", "packets/s", "packets"], rows)

    def rules(self):
        rows = self.of_views("rules", lambda r: (r.node, r.rule),
                             lambda r, old: [r.node, r.rule or "(default)", *self.amounts(r, old)[:1], count(r.packets)])
        return table("rules", ["tenant", "view", "node", "rule", "packets/s", "packets"], rows)

    def ports(self):
        rows = []
        for p in self.now.ports:
            before = self.ports_before.get(p.name)
            state = "down" if not p.up else "dead" if p.dead else "up"
            rows.append([p.name, "fabric" if p.fabric else "edge", state, count(self.rate(p, before, "rx_packets")),
                         count(self.rate(p, before, "tx_packets")), count(p.tx_dropped)])
        return table("ports", ["port", "kind", "state", "rx/s", "tx/s", "tx dropped"], rows)

    def lines(self):
        parts = (self.tenants, self.views, self.edges, self.latency, self.drops, self.rules, self.ports)
        return [line for part in parts for line in part()]


def show_stats(client, watch):
    """Prints the tables over one second; with `watch`, again and again on a cleared screen until interrupted."""
    hello, before = client.hello(), client.counters()
    while True:
        time.sleep(1)
        now = client.counters()
        title = f"{hello.pod} ({hello.function}), state {hello.generation}, rates over {(now.time_ns - before.time_ns) / 1e9:.1f} s"
        print(("\033[H\033[2J" if watch else "") + "\n".join([title, *Stats(before, now).lines()]), flush=True)
        if not watch:
            return
        before = now
