import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../connection/http";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { errorSentence } from "../texts/errors";
import { day as dayText, weekday } from "../texts/format";
import { Failure } from "../ui/dialog";
import { FailedLoad, Loading } from "../ui/loading";
import { Empty } from "../ui/parts";
import { useAction } from "../ui/use-action";
import { useFetched } from "../ui/use-fetched";
import type { ShiftPlanView, ShiftsView } from "../wire-shifts";
import * as api from "./api";

const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;
const USUAL: Slot = { from: "09:00", to: "17:00" };
const MOST = 10;

/** As the two fields of a shift hold it; `00:00` as its end is the end of the day. */
interface Slot {
  from: string;
  to: string;
}
interface Edited {
  zone: string;
  week: readonly (readonly Slot[])[];
  days: readonly { day: string; slots: readonly Slot[] }[];
}

/** When somebody is at work: one's own plan, or with `agentId` a colleague's. */
export function ShiftsCard({ agentId }: { agentId?: string }) {
  const { shifts } = useWorkplace();
  const { found, error, again } = useFetched(() => api.shifts(agentId), [agentId]);
  const told = (view: ShiftsView) => {
    if (!agentId) shifts.told(view);
  };
  return (
    <section class="card shifts-card" aria-labelledby="shifts-title" data-testid="shifts">
      <h2 id="shifts-title">{t("shifts.title")}</h2>
      <p class="quiet">{t(agentId ? "shifts.about.colleague" : "shifts.about")}</p>
      {error && <FailedLoad text={error} onRetry={again} />}
      {found && <Form key={agentId} kept={found} agentId={agentId} onSaved={told} onReload={again} />}
      {!found && !error && <Loading lines={7} />}
    </section>
  );
}

interface FormProps {
  kept: ShiftsView;
  agentId: string | undefined;
  onSaved: (view: ShiftsView) => void;
  onReload: () => void;
}

function Form({ kept, agentId, onSaved, onReload }: FormProps) {
  const [base, setBase] = useState(kept);
  const [plan, setPlan] = useState(() => edited(kept.plan));
  const [isDone, setDone] = useState(false);
  const [isStale, setStale] = useState(false);
  const action = useAction(shiftErrorSentence);
  const fetched = useRef(kept);
  useEffect(() => {
    if (fetched.current !== kept) adopt(kept); // loaded anew; at first it stands here already
    fetched.current = kept;
  }, [kept]);

  function adopt(view: ShiftsView) {
    setBase(view);
    setPlan(edited(view.plan));
    setStale(false);
  }
  function change(next: Partial<Edited>) {
    setPlan({ ...plan, ...next });
    setDone(false);
  }
  const wrong = problems(plan);
  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (wrong.size) return;
    await action.run(async () => {
      try {
        const view = await api.keepShifts(written(plan), base.version, agentId);
        onSaved(view);
        adopt(view);
        setDone(true);
      } catch (error) {
        setStale(error instanceof ApiError && error.code === "stale_version");
        throw error;
      }
    });
  }

  return (
    <form class="account-form" onSubmit={(event) => void submit(event)}>
      <div class="shift-week">
        {DAYS.map((weekdayNumber) => (
          <DayRow
            key={weekdayNumber}
            title={weekday(weekdayNumber)}
            slots={plan.week[weekdayNumber] ?? []}
            problem={wrong.get(String(weekdayNumber))}
            onChange={(slots) => change({ week: plan.week.map((old, index) => (index === weekdayNumber ? slots : old)) })}
          />
        ))}
      </div>
      <Exceptions plan={plan} wrong={wrong} onChange={(days) => change({ days })} />
      <p class="quiet">{t("shifts.zone", { zone: plan.zone })}</p>
      <Failure text={action.error} />
      {isStale && (
        <button type="button" onClick={onReload} data-testid="shifts-reload">
          {t("shifts.reload")}
        </button>
      )}
      <p role="status">{isDone && t("shifts.saved")}</p>
      <div class="buttons">
        <button type="submit" class="primary" disabled={action.busy || wrong.size > 0} data-testid="shifts-save">
          {t("shifts.save")}
        </button>
      </div>
    </form>
  );
}

interface DayProps {
  title: string;
  slots: readonly Slot[];
  problem: string | undefined;
  onChange: (slots: readonly Slot[]) => void;
}

function DayRow({ title, slots, problem, onChange }: DayProps) {
  const put = (at: number, slot: Slot) => onChange(slots.map((old, index) => (index === at ? slot : old)));
  return (
    <fieldset class="shift-day">
      <legend>{title}</legend>
      <div class="shift-slots">
        {slots.length === 0 && <span class="quiet">{t("shifts.free")}</span>}
        {slots.map((slot, at) => (
          <span class="shift-slot" key={at}>
            <TimeField label={t("shifts.from")} value={slot.from} onChange={(from) => put(at, { ...slot, from })} />
            <span aria-hidden="true">–</span>
            <TimeField label={t("shifts.to")} value={slot.to} onChange={(to) => put(at, { ...slot, to })} />
            <button
              type="button"
              class="quiet-button"
              aria-label={t("shifts.remove_of", { day: title })}
              onClick={() => onChange(slots.filter((_, index) => index !== at))}
            >
              ×
            </button>
          </span>
        ))}
        {slots.length < MOST && (
          <button
            type="button"
            class="quiet-button"
            aria-label={t("shifts.add_of", { day: title })}
            onClick={() => onChange([...slots, slots.length ? { from: slots.at(-1)!.to, to: "" } : USUAL])}
            data-testid="shift-add"
          >
            {t("shifts.add")}
          </button>
        )}
      </div>
      <Failure text={problem ?? null} />
    </fieldset>
  );
}

function TimeField({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <input type="time" required aria-label={label} value={value} onInput={(event) => onChange(event.currentTarget.value)} />
  );
}

interface ExceptionsProps {
  plan: Edited;
  wrong: ReadonlyMap<string, string>;
  onChange: (days: Edited["days"]) => void;
}

/** Days that are otherwise than their weekday: free, or other times. */
function Exceptions({ plan: { days }, wrong, onChange }: ExceptionsProps) {
  const [next, setNext] = useState("");
  const isKnown = days.some(({ day }) => day === next);
  function add() {
    if (!next || isKnown) return;
    onChange([...days, { day: next, slots: [] }].sort((one, other) => one.day.localeCompare(other.day)));
    setNext("");
  }
  return (
    <section aria-labelledby="shift-days" data-testid="shift-days">
      <h3 id="shift-days">{t("shifts.days")}</h3>
      {days.length === 0 && <Empty>{t("shifts.days.none")}</Empty>}
      {days.map(({ day, slots }) => (
        <div key={day} class="shift-other">
          <DayRow
            title={dayText(day)}
            slots={slots}
            problem={wrong.get(day)}
            onChange={(changed) => onChange(days.map((one) => (one.day === day ? { day, slots: changed } : one)))}
          />
          <button type="button" onClick={() => onChange(days.filter((one) => one.day !== day))}>
            {t("shifts.days.remove")}
          </button>
        </div>
      ))}
      <div class="shift-new-day">
        <label>
          {t("shifts.days.date")}
          <input type="date" value={next} onInput={(event) => setNext(event.currentTarget.value)} data-testid="shift-date" />
        </label>
        <button type="button" disabled={!next || isKnown} onClick={add} data-testid="shift-day-add">
          {t("shifts.days.add")}
        </button>
      </div>
    </section>
  );
}

function edited(plan: ShiftPlanView | null): Edited {
  const week = plan?.week ?? DAYS.map(() => []);
  const slots = (spans: readonly string[]) => spans.map(slotOf);
  const zone = plan?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { zone, week: week.map(slots), days: (plan?.days ?? []).map(({ day, spans }) => ({ day, slots: slots(spans) })) };
}

function slotOf(span: string): Slot {
  const [from = "", to = ""] = span.split("-");
  return { from, to: to === "24:00" ? "00:00" : to };
}

function written({ zone, week, days }: Edited): ShiftPlanView {
  const spans = (slots: readonly Slot[]) => inOrder(slots).map(({ from, to }) => `${from}-${end(to)}`);
  return { zone, week: week.map(spans), days: days.map(({ day, slots }) => ({ day, spans: spans(slots) })) };
}

const end = (to: string): string => (to === "00:00" ? "24:00" : to);
const inOrder = (slots: readonly Slot[]): Slot[] => [...slots].sort((one, other) => one.from.localeCompare(other.from));

/** What the desk would refuse, by weekday or day. */
function problems({ week, days }: Edited): Map<string, string> {
  const all = [...week.map((slots, at) => [String(at), slots] as const), ...days.map(({ day, slots }) => [day, slots] as const)];
  return new Map(all.flatMap(([name, slots]) => (problemOf(slots) ? [[name, problemOf(slots)!]] : [])));
}

function problemOf(slots: readonly Slot[]): string | null {
  const sorted = inOrder(slots).filter(({ from, to }) => from && to);
  if (sorted.some(({ from, to }) => end(to) <= from)) return t("shifts.wrong.order");
  const overlap = sorted.some(({ from }, at) => at > 0 && from < end(sorted[at - 1]!.to));
  return overlap ? t("shifts.wrong.overlap") : null;
}

function shiftErrorSentence(error: unknown): string {
  if (error instanceof ApiError && error.code === "stale_version") return t("shifts.stale");
  return errorSentence(error);
}
