import { pause } from "./backoff";
import { EMPTY, withEvent, withRead, withSnapshot, type Conversation } from "./conversation";
import { Refused, type Desk } from "./desk";
import { newClientId } from "./ids";
import { exclusively } from "./locks";
import { Line } from "./line";
import { step, type ConnectionState, type Input } from "./machine";
import { isKept, Outbox, type Entry } from "./outbox";
import { TypingSignal } from "./typing";
import type { Kept, Vault } from "./vault";
import type { Command, ErrorFrame, Language, Read, ServerFrame, Typing } from "./wire";

/** Refusals of a step that another tab, the bot or an agent has made needless: events tell what is so now. */
const OVERTAKEN = new Set(["illegal_transition", "conflict"]);

/** A command without its client id, which `Connection.send` adds. */
export type Wish = Command extends infer C ? (C extends Command ? Omit<C, "client_id"> : never) : never;

export interface Model extends Conversation {
  connection: ConnectionState;
  outbox: readonly Entry[];
  /** The conversation of before is gone from the desk; this is a new one. */
  startedAnew: boolean;
  /** The last refused command that was not a text, until the visitor tries something else. */
  refused: { type: Command["type"]; code: string } | null;
}

const ACK_WAIT = 10_000;
/** Whoever types says so again sooner than this; a turn of the bot is over by then. */
const TYPING_FADES = 10_000;
/** A connection that held this long starts the pauses from the beginning when it breaks. */
const STABLE = 10_000;

/**
 * Keeps the line to the desk: opens it on the first `open()`, resumes it by cursor, applies events once and in
 * order, and sends what is in the outbox one by one until each is acknowledged. Knows nothing of the page.
 */
export class Connection {
  readonly #desk: Desk;
  readonly #vault: Vault;
  readonly #outbox: Outbox;
  readonly #language: Language;
  readonly #typing = new TypingSignal((on) => this.#sayIfLive({ type: "typing", on }));
  readonly #listeners = new Set<() => void>();
  readonly #undo: (() => void)[] = [];
  #state: ConnectionState = "idle";
  #conversation: Conversation = EMPTY;
  #startedAnew = false;
  #refused: Model["refused"] = null;
  #line: Line | null = null;
  /** Of the conversation shown here; another tab may have moved on. */
  #token: string | null = null;
  #attempt = 0;
  #failures = 0;
  #liveSince = 0;
  #inFlight: string | null = null;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  #fading: ReturnType<typeof setTimeout> | undefined;
  #model: Model;

  constructor(desk: Desk, vault: Vault, language: Language) {
    this.#desk = desk;
    this.#vault = vault;
    this.#outbox = new Outbox(vault);
    this.#language = language;
    this.#model = this.#look();
  }

  /** What there is to show now; a new object after each change. */
  get model(): Model {
    return this.#model;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  open(): void {
    if (!this.#move("open")) return;
    this.#undo.push(
      this.#vault.watch(() => this.#otherTabWrote()),
      listen(window, "online", () => this.retryNow()),
      listen(window, "offline", () => this.#lose()),
      listen(document, "visibilitychange", () => this.#wake()),
    );
    void this.#connect();
  }

  /** The visitor, or the network's return, cuts the pause short. */
  retryNow(): void {
    if (!this.#move("retry")) return;
    clearTimeout(this.#retryTimer);
    void this.#connect();
  }

  stop(): void {
    if (!this.#move("stop")) return;
    this.#hangUp();
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#fading);
    this.#typing.stop();
    for (const undo of this.#undo) undo();
    this.#listeners.clear();
  }

  /** Puts a command into the outbox; it is sent as soon as the line allows. */
  send(wish: Wish): void {
    this.#refused = null;
    if (wish.type === "message") this.#typing.stop();
    this.#outbox.add({ ...wish, client_id: newClientId() });
    this.#changed();
    this.#flush();
  }

  retryMessage(clientId: string): void {
    this.#outbox.retry(clientId);
    this.#changed();
    this.#flush();
  }

  discardMessage(clientId: string): void {
    this.#outbox.drop(clientId);
    this.#changed();
  }

  typed(): void {
    this.#typing.keystroke();
  }

  /** The visitor has seen everything up to `number`. */
  read(number: number): void {
    const { view } = this.#conversation;
    if (this.#state !== "live" || !view || number <= view.visitor_read) return;
    this.#sayIfLive({ type: "read", number });
    this.#conversation = withRead(this.#conversation, { type: "read_shown", by: "visitor", number });
    this.#changed();
  }

  /** Forgets this conversation in this browser and begins another one. */
  startOver(): void {
    this.#forget();
    this.#outbox.clear();
    this.#startedAnew = false;
    this.#lose();
    this.retryNow();
  }

  // --- the line -------------------------------------------------------------------------------------------------

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt;
    const isCurrent = (): boolean => attempt === this.#attempt && this.#state === "connecting";
    try {
      const ticket = await this.#ticket();
      if (isCurrent()) this.#dial(ticket);
    } catch {
      if (isCurrent()) this.#lose(); // refused or unreachable: the next attempt is due in a moment
    }
  }

  async #ticket(): Promise<string> {
    try {
      return await this.#desk.ticket(await this.#visitorToken());
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
      if (this.#vault.read()?.token === this.#token) {
        this.#forget(); // unless another tab has begun anew already
        this.#startedAnew = true;
      }
      this.#outbox.keepTexts();
      return await this.#desk.ticket(await this.#visitorToken());
    }
  }

  /** The token that is kept, or that of a conversation begun now. */
  async #visitorToken(): Promise<string> {
    const kept = await exclusively(async () => this.#vault.read() ?? (await this.#begin()));
    if (kept.token !== this.#token) {
      this.#token = kept.token;
      this.#conversation = EMPTY;
      this.#changed();
    }
    return kept.token;
  }

  async #begin(): Promise<Kept> {
    const page = location.origin + location.pathname; // a query may hold what is none of our business
    const started = await this.#desk.start(this.#language, page);
    const kept = {
      conversation_id: started.conversation_id,
      token: started.visitor_token,
      outbox: this.#outbox.entries.filter(isKept),
    };
    this.#vault.write(kept);
    return kept;
  }

  #dial(ticket: string): void {
    const hello = { type: "hello", ticket, cursor: this.#conversation.cursor } as const;
    this.#line = new Line(this.#desk.socketUrl, hello, (frame) => this.#hear(frame), () => this.#lose());
  }

  #lose(): void {
    this.#failures = this.#state === "live" && Date.now() - this.#liveSince > STABLE ? 0 : this.#failures;
    if (!this.#move("lost")) return;
    this.#hangUp();
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.retryNow(), pause(this.#failures));
    this.#failures += 1;
  }

  #hangUp(): void {
    this.#line?.close();
    this.#line = null;
    this.#inFlight = null;
    clearTimeout(this.#ackTimer);
  }

  #wake(): void {
    if (document.visibilityState !== "visible") return;
    if (this.#line?.isSilent) this.#lose();
    this.retryNow();
  }

  #otherTabWrote(): void {
    const kept = this.#vault.read();
    if (kept && this.#token && kept.token !== this.#token) {
      this.#lose();
      this.retryNow();
      return;
    }
    this.#outbox.merge();
    this.#changed();
    this.#flush();
  }

  // --- what the desk says ---------------------------------------------------------------------------------------

  #hear(frame: ServerFrame): void {
    switch (frame.type) {
      case "snapshot":
        this.#conversation = withSnapshot(this.#conversation, frame);
        this.#outbox.arrived(this.#conversation.events);
        this.#liveSince = Date.now();
        this.#move("snapshot");
        break;
      case "event": {
        const next = withEvent(this.#conversation, frame.event);
        if (!next) return this.#lose(); // one is missing: ask again from our cursor
        this.#conversation = next;
        this.#outbox.arrived([frame.event]);
        break;
      }
      case "ack":
        this.#outbox.settle(frame.client_id, frame.number, this.#conversation.cursor);
        this.#landed(frame.client_id);
        break;
      case "error":
        this.#turnedDown(frame);
        break;
      case "typing_shown":
        if (frame.by === "visitor") return; // our own other tab
        this.#typist(frame.on ? { by: frame.by, name: frame.name } : null);
        break;
      case "read_shown":
        this.#conversation = withRead(this.#conversation, frame);
        break;
      case "queue":
        this.#conversation = { ...this.#conversation, queue: { place: frame.place, waiting: frame.waiting } };
        break;
      default: // `resync` needs nothing: its snapshot replaces all. A newer desk may say more than we know.
        return;
    }
    this.#changed();
    this.#flush();
  }

  /** Nobody types for ever: the hint fades even when its end got lost. */
  #typist(typing: Conversation["typing"]): void {
    clearTimeout(this.#fading);
    this.#conversation = { ...this.#conversation, typing };
    if (!typing) return;
    this.#fading = setTimeout(() => {
      this.#typist(null);
      this.#changed();
    }, TYPING_FADES);
  }

  #turnedDown({ client_id: clientId, code }: ErrorFrame): void {
    const entry = clientId ? this.#outbox.find(clientId) : undefined;
    if (!entry || !clientId) return;
    const { frame } = entry;
    const isText = frame.type === "message" && frame.text !== undefined;
    if (isText) this.#outbox.fail(clientId, code);
    else this.#outbox.drop(clientId);
    if (!isText && !OVERTAKEN.has(code)) this.#refused = { type: frame.type, code };
    this.#landed(clientId);
  }

  // --- what we say ----------------------------------------------------------------------------------------------

  /** One command at a time: the order holds, and a full outbox is no burst. */
  #flush(): void {
    const next = this.#outbox.next;
    if (this.#state !== "live" || this.#inFlight || !next) return;
    this.#inFlight = next.frame.client_id;
    this.#ackTimer = setTimeout(() => this.#lose(), ACK_WAIT);
    this.#line?.send(next.frame);
  }

  #landed(clientId: string): void {
    if (clientId !== this.#inFlight) return;
    this.#inFlight = null;
    clearTimeout(this.#ackTimer);
  }

  #sayIfLive(frame: Typing | Read): void {
    if (this.#state === "live") this.#line?.send(frame);
  }

  // --- state ----------------------------------------------------------------------------------------------------

  #forget(): void {
    this.#vault.clear();
    this.#token = null;
    this.#conversation = EMPTY;
  }

  /** Takes the step the table allows for `input`; false when there is none. */
  #move(input: Input): boolean {
    const next = step(this.#state, input);
    if (!next) return false;
    this.#state = next;
    this.#changed();
    return true;
  }

  #changed(): void {
    this.#model = this.#look();
    for (const listener of this.#listeners) listener();
  }

  #look(): Model {
    return {
      ...this.#conversation,
      connection: this.#state,
      outbox: this.#outbox.entries,
      startedAnew: this.#startedAnew,
      refused: this.#refused,
    };
  }
}

function listen(target: EventTarget, type: string, handler: () => void): () => void {
  target.addEventListener(type, handler);
  return () => target.removeEventListener(type, handler);
}
