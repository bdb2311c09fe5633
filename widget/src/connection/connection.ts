import { pause } from "./backoff";
import { EMPTY, withEarlier, withEvent, withRead, withSnapshot, type Conversation } from "./conversation";
import { isRefused, Refused, type Article, type Desk } from "./desk";
import { Draft } from "./draft";
import { Tray } from "./files";
import { newClientId } from "./ids";
import { Line } from "./line";
import { step, type ConnectionState, type Input } from "./machine";
import { Outbox, type Entry } from "./outbox";
import { Pass } from "./pass";
import { forgetSoundChoice } from "./sound-choice";
import { TypingSignal } from "./typing";
import type { Vault } from "./vault";
import type { Command, ErrorFrame, FileRef, Hello, Language, Read, ServerFrame, Typing, VisitorFrame } from "./wire";

/** Refusals of a step that another tab, the bot or an agent has made needless: events tell what is so now. */
const OVERTAKEN = new Set(["illegal_transition", "conflict"]);

/** A command without its client id, which `Connection.send` adds. */
export type Wish = Command extends infer C ? (C extends Command ? Omit<C, "client_id"> : never) : never;

export type IdentityState = "unknown" | "accepted" | "refused";

export interface Model extends Conversation {
  connection: ConnectionState;
  outbox: readonly Entry[];
  /** The conversation of before is gone from the desk; this is a new one. */
  startedAnew: boolean;
  /** The last refused command that was not a text, until the visitor tries something else. */
  refused: { type: Command["type"]; code: string } | null;
  /** Why the desk does not let this visitor in: only customers who are logged in at the shop may, or too much at once. */
  turnedAway: "log_in" | "too_many" | null;
  /** What the desk made of the website's word on who the visitor is. */
  identity: IdentityState;
  /** How the last fetch of older events went. */
  older: "idle" | "loading" | "failed";
  /** Since when there is no line, by the wall clock in milliseconds; null while there is one. */
  downSince: number | null;
  /** This device has a network, as far as the browser knows; if so, it is the desk that cannot be reached. */
  isOnline: boolean;
  /** An attempt has come to nothing since there is no line, or since the network came back. */
  hasFailed: boolean;
  /** The visitor was too quick: what waits is sent then, by the wall clock in milliseconds. */
  pausedUntil: number | null;
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
  /** What is written and not sent, in this tab. */
  readonly draft = new Draft();
  readonly #desk: Desk;
  readonly #vault: Vault;
  readonly #outbox: Outbox;
  readonly #pass: Pass;
  /** Files chosen for the next message. */
  readonly tray: Tray;
  readonly #typing = new TypingSignal((on) => this.#sayIfLive({ type: "typing", on }));
  readonly #listeners = new Set<() => void>();
  readonly #undo: (() => void)[] = [];
  #state: ConnectionState = "idle";
  #conversation: Conversation = EMPTY;
  #startedAnew = false;
  #refused: Model["refused"] = null;
  #line: Line<Hello | VisitorFrame, ServerFrame> | null = null;
  /** The secret that this line was opened with. */
  #spoken: string | null = null;
  #older: Model["older"] = "idle";
  #turnedAway: Model["turnedAway"] = null;
  #identity: IdentityState = "unknown";
  #attempt = 0;
  #failures = 0;
  #liveSince = 0;
  #inFlight: string | null = null;
  #downSince: number | null = null;
  #hasFailed = false;
  #pausedUntil: number | null = null;
  #pauseTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  #fading: ReturnType<typeof setTimeout> | undefined;
  #model: Model;

  constructor(desk: Desk, vault: Vault, language: Language) {
    this.#desk = desk;
    this.#vault = vault;
    this.#outbox = new Outbox(vault);
    this.#pass = new Pass(desk, vault, language);
    this.tray = new Tray((...upload) => this.#desk.upload(this.#pass.token, ...upload));
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
      listen(window, "online", () => this.#networkChanged(() => this.#tryAfresh())),
      listen(window, "offline", () => this.#networkChanged(() => this.#lose())),
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
    this.#pass.close();
    this.tray.clear();
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#pauseTimer);
    clearTimeout(this.#fading);
    this.#typing.stop();
    for (const undo of this.#undo) undo();
    this.#listeners.clear();
  }

  /** Puts a command into the outbox; it is sent as soon as the line allows. `files`: what its `file_ids` stand for. */
  send(wish: Wish, files: readonly FileRef[] = []): void {
    this.#refused = null;
    if (wish.type === "message") {
      this.#typing.stop();
      this.#outbox.forgetDiscarded();
    }
    this.#outbox.add({ ...wish, client_id: newClientId() }, files);
    this.#changed();
    this.#flush();
  }

  retryMessage(clientId: string): void {
    this.#outbox.retry(clientId);
    this.#changed();
    this.#flush();
  }

  /** Out of sight until the next message is written; it may be taken back until then. */
  discardMessage(clientId: string): void {
    this.#outbox.discard(clientId, true);
    this.#changed();
  }

  restoreMessage(clientId: string): void {
    this.#outbox.discard(clientId, false);
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

  /** A file that goes with a message of this conversation. Throws as `Desk.document` does. */
  async document(id: string): Promise<Blob> {
    return this.#desk.document(this.#secret, id);
  }

  /** The whole conversation as a file, worded in a language. Throws as `Desk.transcript` does. */
  async transcript(language: Language): Promise<Blob> {
    return this.#desk.transcript(this.#secret, language);
  }

  /** The article that an answer was taken from. Throws as `Desk.article` does. */
  async article(id: string, language: Language): Promise<Article> {
    return this.#desk.article(this.#secret, id, language);
  }

  /** A file that somebody sent in this conversation. Throws as `Desk.file` does. */
  async file(id: string): Promise<Blob> {
    return this.#desk.file(this.#secret, id);
  }

  /** Fetches the page before the oldest event held; `older` tells how it goes. */
  async loadEarlier(): Promise<void> {
    const { token } = this.#pass;
    const first = this.#conversation.events[0]?.number;
    if (!token || !first || !this.#conversation.earlier || this.#older === "loading") return;
    this.#tellOlder("loading");
    try {
      const page = await this.#desk.events(token, first);
      if (token === this.#pass.token) this.#conversation = withEarlier(this.#conversation, first, page);
      this.#tellOlder("idle");
    } catch {
      this.#tellOlder("failed");
    }
  }

  /** The website says, signed, who is logged in there. Counts until the desk has answered. */
  identify(token: string): void {
    this.#pass.identity = token;
    this.#identity = "unknown";
    this.#tellIdentity();
    this.retryNow();
  }

  /** Forgets this conversation in this browser and begins another one. */
  startOver(): void {
    this.#forget();
    this.#outbox.clear();
    this.draft.set("");
    this.#startedAnew = false;
    this.#lose();
    this.retryNow();
  }

  /** Tells the desk that it is over, if it can be told now; forgets the conversation in this browser, and stops. */
  async leave(): Promise<void> {
    if (this.#state === "live" && this.#conversation.view?.state !== "closed") await this.#end();
    this.#forget();
    this.#outbox.clear();
    this.draft.set("");
    forgetSoundChoice();
    this.stop();
  }

  /** Of the conversation shown here. Throws like a desk that knows of none. */
  get #secret(): string {
    const { token } = this.#pass;
    if (!token) throw new Refused(401);
    return token;
  }

  #end(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        unsubscribe();
        clearTimeout(patience);
        resolve();
      };
      const unsubscribe = this.subscribe(() => {
        if (this.#state !== "live" || this.#conversation.view?.state === "closed") done();
      });
      const patience = setTimeout(done, ACK_WAIT);
      this.send({ type: "end" });
    });
  }

  // --- the line -------------------------------------------------------------------------------------------------

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt;
    const isCurrent = (): boolean => attempt === this.#attempt && this.#state === "connecting";
    try {
      const ticket = await this.#ticket();
      this.#turnedAway = null;
      if (isCurrent()) this.#dial(ticket);
    } catch (error) {
      this.#turnedAway = isRefused(error, 429) ? "too_many" : null;
      if (isRefused(error, 403)) this.#notAllowed();
      if (isCurrent()) this.#failed(); // refused or unreachable: the next attempt is due in a moment
    }
  }

  /** The desk wants to know who this is: by the website's word if there is one, in a conversation that begins with it. */
  #notAllowed(): void {
    if (!this.#pass.identity) this.#turnedAway = "log_in";
    else if (this.#pass.conversationId) this.#forget();
    else this.#identityAnswered("refused");
  }

  /** A good word serves for the next conversation, too, as long as it lasts. */
  #identityAnswered(identity: IdentityState): void {
    if (identity === "refused") this.#pass.identity = null;
    this.#identity = identity;
  }

  #tellIdentity(): void {
    const { identity } = this.#pass;
    const isOnItsWay = this.#outbox.entries.some(({ frame }) => frame.type === "identify_token");
    if (!identity || this.#identity !== "unknown" || this.#state !== "live" || isOnItsWay) return;
    this.send({ type: "identify_token", token: identity });
  }

  async #ticket(): Promise<string> {
    try {
      return await this.#desk.ticket(await this.#visitorToken());
    } catch (error) {
      if (!isRefused(error, 401)) throw error;
      if (!this.#pass.isOld && this.#pass.renew(this.#pass.token)) return await this.#ticket(); // it was the proof
      if (!this.#pass.isOld) {
        this.#forget(); // unless another tab has begun anew already
        this.#startedAnew = true;
      }
      this.#outbox.keepWishes();
      return await this.#desk.ticket(await this.#visitorToken());
    }
  }

  async #visitorToken(): Promise<string> {
    const before = this.#pass.conversationId;
    const token = await this.#pass.take(this.#outbox.entries);
    if (this.#pass.conversationId !== before) {
      this.#conversation = EMPTY;
      this.#changed();
    }
    return token;
  }

  #dial(ticket: string): void {
    const { next } = this.#pass;
    const hello: Hello = { type: "hello", ticket, cursor: this.#conversation.cursor, ...(next && { next_token: next }) };
    this.#spoken = this.#pass.token;
    this.#line = new Line(this.#desk.socketUrl, hello, (frame) => this.#hear(frame), () => this.#failed());
  }

  /** The line is gone, or never came about. */
  #failed(): void {
    this.#hasFailed ||= this.#state === "connecting";
    this.#lose();
  }

  #tryAfresh(): void {
    this.#hasFailed = false;
    this.retryNow();
  }

  #lose(): void {
    this.#failures = this.#state === "live" && Date.now() - this.#liveSince > STABLE ? 0 : this.#failures;
    if (!this.#move("lost")) return;
    this.#hangUp();
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.retryNow(), pause(this.#failures));
    this.#failures += 1;
  }

  #networkChanged(act: () => void): void {
    act();
    this.#changed();
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
    if (this.#pass.isOld) {
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
        this.#hasFailed = false;
        this.#move("snapshot");
        this.#tellIdentity();
        break;
      case "event": {
        const next = withEvent(this.#conversation, frame.event);
        if (!next) return this.#lose(); // one is missing: ask again from our cursor
        this.#conversation = next;
        this.#outbox.arrived([frame.event]);
        if (frame.event.data.type === "identity.proven") this.#pass.renew(this.#spoken);
        break;
      }
      case "ack":
        if (this.#outbox.find(frame.client_id)?.frame.type === "identify_token") this.#identityAnswered("accepted");
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
        this.#conversation = { ...this.#conversation, queue: frame };
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

  #turnedDown({ client_id: clientId, code, retry_seconds: seconds }: ErrorFrame): void {
    const entry = clientId ? this.#outbox.find(clientId) : undefined;
    if (!entry || !clientId) return;
    const { frame } = entry;
    const isText = frame.type === "message" && frame.choice === undefined;
    if (frame.type === "identify_token") {
      if (code === "other_customer") return this.startOver(); // somebody else has logged in at the shop
      this.#identityAnswered("refused");
    }
    if (frame.type === "message" && code === "too_many" && seconds) this.#rest(seconds * 1_000);
    else if (isText) this.#outbox.fail(clientId, code);
    else this.#outbox.drop(clientId);
    if (!isText && !OVERTAKEN.has(code)) this.#refused = { type: frame.type, code };
    this.#landed(clientId);
  }

  // --- what we say ----------------------------------------------------------------------------------------------

  /** The visitor was too quick: nothing is lost, it goes out by itself when the desk takes it. */
  #rest(milliseconds: number): void {
    this.#pausedUntil = Date.now() + milliseconds;
    clearTimeout(this.#pauseTimer);
    this.#pauseTimer = setTimeout(() => {
      this.#pausedUntil = null;
      this.#changed();
      this.#flush();
    }, milliseconds);
  }

  /** One command at a time: the order holds, and a full outbox is no burst. */
  #flush(): void {
    const next = this.#outbox.next;
    if (this.#state !== "live" || this.#inFlight || this.#pausedUntil || !next) return;
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

  #tellOlder(older: Model["older"]): void {
    this.#older = older;
    this.#changed();
  }

  #forget(): void {
    this.tray.restart();
    this.#pass.forget();
    this.#conversation = EMPTY;
  }

  /** Takes the step the table allows for `input`; false when there is none. */
  #move(input: Input): boolean {
    const next = step(this.#state, input);
    if (!next) return false;
    this.#state = next;
    this.#downSince = next === "live" ? null : (this.#downSince ?? Date.now());
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
      turnedAway: this.#turnedAway,
      identity: this.#identity,
      older: this.#older,
      downSince: this.#downSince,
      isOnline: navigator.onLine !== false,
      hasFailed: this.#hasFailed,
      pausedUntil: this.#pausedUntil,
    };
  }
}

function listen(target: EventTarget, type: string, handler: () => void): () => void {
  target.addEventListener(type, handler);
  return () => target.removeEventListener(type, handler);
}
