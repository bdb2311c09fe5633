import { useState } from "preact/hooks";
import { t } from "../texts";
import { day as dayText } from "../texts/format";
import { dayName } from "../texts/rules";
import { DAYS, type Day, type RulesDocument } from "../wire-rules";
import { Labelled, useProblem, Wrong } from "./fields";

type Hours = RulesDocument["hours"];
interface Props {
  hours: Hours;
  onChange: (hours: Hours) => void;
}

const USUAL = "09:00-17:00";
const MOST = 10;
const ZONES: readonly string[] = "supportedValuesOf" in Intl ? Intl.supportedValuesOf("timeZone") : [];

/** Opening hours: the week, holidays, and the days of the house. */
export function HoursFields({ hours, onChange }: Props) {
  const change = (part: Partial<Hours>) => onChange({ ...hours, ...part });
  return (
    <section class="card rules-part" aria-labelledby="rules-hours" data-testid="rules-hours">
      <h2 id="rules-hours">{t("rules.hours")}</h2>
      <label class="check">
        <input
          type="checkbox"
          name="hours.always"
          checked={hours.always}
          onChange={({ currentTarget: { checked } }) => change(checked ? { always: true, week: {} } : { always: false })}
        />
        {t("rules.hours.always")}
      </label>
      {!hours.always && <Week week={hours.week} onChange={(week) => change({ week })} />}
      <p role="status" class="field-wrong" data-testid="rules-never">
        {!hours.always && !Object.keys(hours.week).length && t("rules.hours.never")}
      </p>
      <ClosedDays days={hours.closed} onChange={(closed) => change({ closed })} />
      <div class="rules-fields">
        <Labelled place="hours.time_zone" label={t("rules.place.hours.time_zone")}>
          {(aria) => (
            <>
              <input
                {...aria}
                name="hours.time_zone"
                list="time-zones"
                required
                maxLength={60}
                value={hours.time_zone}
                onInput={({ currentTarget: { value } }) => change({ time_zone: value })}
              />
              <datalist id="time-zones">
                {ZONES.map((zone) => (
                  <option key={zone} value={zone} />
                ))}
              </datalist>
            </>
          )}
        </Labelled>
        <Holidays holidays={hours.holidays} onChange={(holidays) => change({ holidays })} />
      </div>
    </section>
  );
}

function Week({ week, onChange }: { week: Hours["week"]; onChange: (week: Hours["week"]) => void }) {
  return (
    <div class="shift-week">
      {DAYS.map((name) => (
        <DayRow key={name} name={name} spans={week[name] ?? []} onChange={(spans) => onChange(withDay(week, name, spans))} />
      ))}
    </div>
  );
}

/** A day that is closed stands nowhere. */
function withDay(week: Hours["week"], name: Day, spans: readonly string[]): Hours["week"] {
  const { [name]: _, ...others } = week;
  const changed: Hours["week"] = spans.length ? { ...others, [name]: spans } : others;
  return Object.fromEntries(DAYS.flatMap((one) => (changed[one] ? [[one, changed[one]]] : [])));
}

interface DayProps {
  name: Day;
  spans: readonly string[];
  onChange: (spans: readonly string[]) => void;
}

function DayRow({ name, spans, onChange }: DayProps) {
  const title = dayName(name);
  const wrong = useProblem(`hours.week.${name}`);
  return (
    <fieldset class="shift-day" data-testid={`rules-${name}`}>
      <legend>{title}</legend>
      <div class="shift-slots">
        {!spans.length && <span class="quiet">{t("rules.hours.closed")}</span>}
        {spans.map((span, at) => (
          <SpanFields
            key={at}
            span={span}
            day={title}
            onChange={(changed) => onChange(spans.map((old, index) => (index === at ? changed : old)))}
            onRemove={() => onChange(spans.filter((_, index) => index !== at))}
          />
        ))}
        {spans.length < MOST && (
          <button
            type="button"
            class="quiet-button"
            aria-label={t("rules.hours.add_of", { day: title })}
            onClick={() => onChange([...spans, spans.length ? `${endOf(spans.at(-1)!)}-` : USUAL])}
          >
            {t("rules.hours.add")}
          </button>
        )}
      </div>
      <Wrong text={wrong} />
    </fieldset>
  );
}

/** The field for a time knows no 24:00; as an end, midnight is that. */
const endOf = (span: string): string => span.slice(span.indexOf("-") + 1);
const toField = (end: string): string => (end === "24:00" ? "00:00" : end);
const fromField = (end: string): string => (end === "00:00" ? "24:00" : end);

interface SpanProps {
  span: string;
  day: string;
  onChange: (span: string) => void;
  onRemove: () => void;
}

function SpanFields({ span, day, onChange, onRemove }: SpanProps) {
  const [opens = "", closes = ""] = span.split("-");
  return (
    <span class="shift-slot">
      <input
        type="time"
        required
        aria-label={t("rules.hours.opens_of", { day })}
        value={opens}
        onInput={({ currentTarget: { value } }) => onChange(`${value}-${closes}`)}
      />
      <span aria-hidden="true">–</span>
      <input
        type="time"
        required
        aria-label={t("rules.hours.closes_of", { day })}
        value={toField(closes)}
        onInput={({ currentTarget: { value } }) => onChange(`${opens}-${fromField(value)}`)}
      />
      <button type="button" class="quiet-button" aria-label={t("rules.hours.remove_of", { day })} onClick={onRemove}>
        ×
      </button>
    </span>
  );
}

/** Days of the house: closed, whatever the week says. */
function ClosedDays({ days, onChange }: { days: readonly string[]; onChange: (days: readonly string[]) => void }) {
  const [next, setNext] = useState("");
  const wrong = useProblem("hours.closed");
  function add() {
    if (!next) return;
    onChange([...new Set([...days, next])].sort());
    setNext("");
  }
  return (
    <fieldset class="rules-closed" data-testid="rules-closed">
      <legend>{t("rules.place.hours.closed")}</legend>
      {days.length > 0 && (
        <ul class="chips">
          {days.map((one) => (
            <li key={one} class="chip chip-removable">
              {dayText(one)}
              <button
                type="button"
                class="quiet-button"
                aria-label={t("rules.closed.remove", { day: dayText(one) })}
                onClick={() => onChange(days.filter((day) => day !== one))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="rules-add">
        <label>
          {t("rules.closed.day")}
          <input
            type="date"
            name="closed-day"
            value={next}
            onInput={({ currentTarget: { value } }) => setNext(value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              event.preventDefault(); // the day, not the form
              add();
            }}
          />
        </label>
        <button type="button" onClick={add} data-testid="closed-add">
          {t("rules.closed.add")}
        </button>
      </div>
      <Wrong text={wrong} />
    </fieldset>
  );
}

function Holidays({ holidays, onChange }: { holidays: Hours["holidays"]; onChange: (next: Hours["holidays"]) => void }) {
  return (
    <>
      <Labelled place="hours.holidays" label={t("rules.place.hours.holidays.country")} hint={t("rules.holidays.hint")}>
        {(aria) => (
          <input
            {...aria}
            name="hours.holidays.country"
            maxLength={3}
            value={holidays?.country ?? ""}
            onInput={({ currentTarget: { value } }) =>
              onChange(value ? { country: value.toUpperCase(), subdivision: holidays?.subdivision ?? null } : null)
            }
          />
        )}
      </Labelled>
      {holidays && (
        <Labelled place="hours.holidays.subdivision" label={t("rules.place.hours.holidays.subdivision")}>
          {(aria) => (
            <input
              {...aria}
              name="hours.holidays.subdivision"
              maxLength={6}
              value={holidays.subdivision ?? ""}
              onInput={({ currentTarget: { value } }) =>
                onChange({ ...holidays, subdivision: value.toUpperCase() || null })
              }
            />
          )}
        </Labelled>
      )}
    </>
  );
}
