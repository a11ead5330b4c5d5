// SPDX-License-Identifier: Apache-2.0
// Where the agents' live streams meet and the screens listen. One per console process.
import type { LiveSample } from "@nfaas/domain";
import type { World } from "../kubernetes/world.ts";
import { Notifier } from "../signal.ts";
import { followAgent } from "./agent-stream.ts";
import { chainFrame, chainPoint, noTenant, tenantFrame, tenantPoint } from "./frames.ts";
import { NodeMeter, type PodCpu, type Reading } from "./node-meter.ts";
import { Ring } from "./ring.ts";
import { addTally, ChainTally, type Tally, TenantTally } from "./tally.ts";
import type { LiveChainFrame, LivePoint, LiveSourceState, LiveTenantFrame } from "./types.ts";

/** 10 minutes at one point a second. */
const historyPoints = 600;
/** A node whose newest sample is older than this (milliseconds) is left out of the sums: an old figure isn't a live one. */
const staleMs = 3_000;
/** Points are a second apart; with several nodes the first sample after this time makes the next one. */
const pointMsMin = 900;
const pointMsMax = 1_100;

interface Source {
  node: string;
  address: string;
  stop: AbortController;
  meter: NodeMeter;
  connected: boolean;
  sample: LiveSample | undefined;
  receivedAt: number;
  reading: Reading | undefined;
}

const chainKey = (tenant: string, chain: string): string => `${tenant}/${chain}`;

export class TelemetryHub {
  readonly #world: World;
  readonly #token: string | undefined;
  readonly #sources = new Map<string, Source>();
  readonly #history = new Map<string, Ring<LivePoint>>();
  readonly #ticked = new Notifier();
  #rates: Tally = new Map();
  readonly #totals: Tally = new Map();
  /** Unix milliseconds of the newest point; 0 before the first. */
  #time = 0;
  #hasRates = false;
  #timer: NodeJS.Timeout | undefined;
  #leave = (): void => {};

  constructor(world: World, token: string | undefined) {
    this.#world = world;
    this.#token = token;
  }

  start(): void {
    this.#leave = this.#world.onChange(() => this.#joinAgents());
    this.#joinAgents();
    this.#schedule();
  }

  stop(): void {
    this.#leave();
    clearTimeout(this.#timer);
    for (const source of this.#sources.values()) source.stop.abort();
    this.#sources.clear();
    this.#ticked.notify();
  }

  /** Calls back about once a second, when a new point is there or the sources' state may have changed. */
  onTick(listener: () => void): () => void {
    return this.#ticked.listen(listener);
  }

  sources(): LiveSourceState[] {
    return [...this.#sources.values()].map(({ node, connected, sample }) => ({
      node,
      connected,
      sampleTime: sample?.time ?? null,
    }));
  }

  /** Newest samples that are still fresh, and each pod's CPU. */
  freshSamples(): { sample: LiveSample; cpu: Map<string, PodCpu> }[] {
    return this.#fresh().flatMap(({ sample, reading }) =>
      sample && reading ? [{ sample, cpu: reading.cpu }] : [],
    );
  }

  /** Null until a first rate is known, and while no node delivers. */
  tenantNow(tenant: string): LiveTenantFrame | null {
    if (!this.#hasRates) return null;
    return tenantFrame(this.#time, this.#rates.get(tenant) ?? noTenant, this.#totals.get(tenant) ?? noTenant);
  }

  chainNow(tenant: string, chain: string): LiveChainFrame | null {
    if (!this.#hasRates) return null;
    const of = (tally: Tally): ChainTally => tally.get(tenant)?.chains.get(chain) ?? new ChainTally();
    return chainFrame(this.#time, of(this.#rates), of(this.#totals));
  }

  /** Points after `since` (Unix milliseconds), oldest first; of the tenant as a whole when no chain is named. */
  points(tenant: string, chain: string | undefined, since = 0): LivePoint[] {
    const ring = this.#history.get(chain === undefined ? tenant : chainKey(tenant, chain));
    return ring?.toArray().filter(({ time }) => time > since) ?? [];
  }

  #fresh(): Source[] {
    const oldest = Date.now() - staleMs;
    return [...this.#sources.values()].filter(({ receivedAt }) => receivedAt >= oldest);
  }

  #joinAgents(): void {
    const wanted = new Map<string, string>();
    for (const { metadata, status } of this.#world.nodes.list()) {
      if (status?.agentAddress) wanted.set(metadata.name, status.agentAddress);
    }
    for (const [node, source] of this.#sources) {
      if (wanted.get(node) === source.address) continue;
      source.stop.abort();
      this.#sources.delete(node);
    }
    for (const [node, address] of wanted) if (!this.#sources.has(node)) this.#join(node, address);
  }

  #join(node: string, address: string): void {
    const source: Source = {
      node,
      address,
      stop: new AbortController(),
      meter: new NodeMeter(),
      connected: false,
      sample: undefined,
      receivedAt: 0,
      reading: undefined,
    };
    this.#sources.set(node, source);
    const onState = (connected: boolean): void => {
      source.connected = connected;
    };
    const onSample = (sample: LiveSample): void => this.#accept(source, sample);
    void followAgent({ node, address, token: this.#token, onSample, onState }, source.stop.signal);
  }

  #accept(source: Source, sample: LiveSample): void {
    if (source.stop.signal.aborted) return;
    const reading = source.meter.accept(sample);
    addTally(this.#totals, reading.increase);
    Object.assign(source, { sample, reading, receivedAt: Date.now() });
    if (Date.now() - this.#time >= pointMsMin) this.#tick();
  }

  /** Makes a point now, and sees to it that the next one comes even if no sample does. */
  #tick(): void {
    const readings = this.#fresh().flatMap(({ reading }) => (reading ? [reading] : []));
    this.#hasRates = readings.some(({ comparable }) => comparable);
    this.#rates = new Map();
    for (const { rates } of readings) addTally(this.#rates, rates);
    this.#time = Math.max(this.#time + 1, Date.now());
    if (this.#hasRates) this.#remember();
    this.#schedule();
    this.#ticked.notify();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tick(), pointMsMax);
  }

  /** Who was seen once gets a point each second, so that a line on a chart falls to zero rather than end. */
  #remember(): void {
    for (const [tenant, totals] of this.#totals) {
      const rates = this.#rates.get(tenant) ?? new TenantTally();
      this.#push(tenant, tenantPoint(this.#time, rates));
      for (const chain of totals.chains.keys()) {
        this.#push(
          chainKey(tenant, chain),
          chainPoint(this.#time, rates.chains.get(chain) ?? new ChainTally()),
        );
      }
    }
  }

  #push(key: string, point: LivePoint): void {
    const ring = this.#history.get(key) ?? new Ring<LivePoint>(historyPoints);
    this.#history.set(key, ring);
    ring.push(point);
  }
}
