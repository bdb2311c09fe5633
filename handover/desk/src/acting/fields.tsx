/** What a request needs to know beside what it is about: choices are looked into at once, what is typed when it is sent. */

import { readable } from "@widget/messages/markdown";
import { useId } from "preact/hooks";
import { counted, t } from "../texts";
import { day, money } from "../texts/format";
import type { AccountFound, AgentRequestKind } from "../wire-acting";
import type { OrderView } from "../wire-dossier";

export type Params = Record<string, string>;

export interface Given {
  subject: string;
  account: AccountFound | null;
  order: OrderView | undefined;
}

interface FieldsProps extends Given {
  params: Params;
  /** Days for a collection that the desk named, once it asks for one. */
  days: readonly string[];
  onChange: (params: Params) => void;
}

export interface Form {
  Fields: (props: FieldsProps) => preact.JSX.Element;
  start: (given: Given) => Params;
  /** All is chosen; what would happen can be asked for. */
  isComplete: (params: Params) => boolean;
  /** Typed by hand: looked into when it is sent, not with each letter. */
  typed?: (params: Params) => boolean;
}

const chosen = (name: string) => (params: Params) => Boolean(params[name]);

export const FORMS: Partial<Record<AgentRequestKind, Form>> = {
  "order.change_address": {
    Fields: AddressFields,
    start: ({ account }) => ({ street: "", postcode: account?.contact?.postcode ?? "", city: account?.contact?.city ?? "" }),
    isComplete: (params) => Boolean(params["street"]?.trim()),
    typed: () => true,
  },
  "order.return": {
    Fields: ReturnFields,
    start: ({ order }) => ({ items: returnable(order).map(({ sku }) => sku).join(","), reason: "" }),
    isComplete: (params) => Boolean(params["items"] && params["reason"]),
  },
  "invoice.pay_again": { Fields: MethodField, start: startMethod(true), isComplete: chosen("method") },
  "payment.change_default": { Fields: MethodField, start: startMethod(false), isComplete: chosen("method") },
  "subscription.change_plan": { Fields: PlanField, start: () => ({ plan: "" }), isComplete: chosen("plan") },
  "subscription.pause": { Fields: MonthsField, start: () => ({ months: "1" }), isComplete: chosen("months") },
  "contact.change": {
    Fields: ContactFields,
    start: ({ account }) => ({
      part: "phone",
      phone: account?.contact?.phone ?? "",
      street: account?.contact?.street ?? "",
      postcode: account?.contact?.postcode ?? "",
      city: account?.contact?.city ?? "",
    }),
    isComplete: () => true,
    typed: () => true,
  },
};

function startMethod(withDefault: boolean) {
  return ({ account }: Given): Params => {
    const methods = account?.payment_methods ?? [];
    const first = methods.find(({ is_default }) => is_default === withDefault);
    return { method: first?.id ?? "" };
  };
}

interface TextProps {
  name: string;
  label: string;
  params: Params;
  onChange: (params: Params) => void;
  hint?: string;
  inputMode?: "text" | "tel";
}

function TextField({ name, label, params, onChange, hint, inputMode = "text" }: TextProps) {
  const about = useId();
  return (
    <label>
      {label}
      <input
        type="text"
        inputMode={inputMode}
        name={name}
        maxLength={200}
        autoComplete="off"
        value={params[name] ?? ""}
        aria-describedby={hint && about}
        onInput={(event) => onChange({ ...params, [name]: event.currentTarget.value })}
      />
      {hint && (
        <span class="quiet" id={about}>
          {hint}
        </span>
      )}
    </label>
  );
}

function AddressFields({ params, onChange }: Pick<FieldsProps, "params" | "onChange">) {
  return (
    <>
      <TextField name="street" label={t("acting.field.street")} params={params} onChange={onChange} />
      <div class="acting-pair">
        <TextField name="postcode" label={t("acting.field.postcode")} params={params} onChange={onChange} />
        <TextField name="city" label={t("acting.field.city")} params={params} onChange={onChange} />
      </div>
    </>
  );
}

function ContactFields({ params, onChange }: FieldsProps) {
  return (
    <>
      <fieldset class="outcomes">
        <legend>{t("acting.field.part")}</legend>
        {(["phone", "address"] as const).map((part) => (
          <label key={part} class="check">
            <input
              type="radio"
              name="part"
              value={part}
              checked={params["part"] === part}
              onChange={() => onChange({ ...params, part })}
            />
            {t(`acting.field.part.${part}`)}
          </label>
        ))}
      </fieldset>
      {params["part"] === "address" ? (
        <AddressFields params={params} onChange={onChange} />
      ) : (
        <TextField
          name="phone"
          inputMode="tel"
          label={t("acting.field.phone")}
          hint={t("acting.field.phone.hint")}
          params={params}
          onChange={onChange}
        />
      )}
    </>
  );
}

export interface Option {
  value: string;
  label: string;
}

interface SelectProps {
  name: string;
  label: string;
  value: string;
  options: readonly Option[];
  onChange: (value: string) => void;
}

/** Nothing is chosen for the agent where it would matter. */
export function SelectField({ name, label, value, options, onChange }: SelectProps) {
  return (
    <label>
      {label}
      <select name={name} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {!options.some((option) => option.value === value) && <option value="">{t("acting.choose")}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

function PlanField({ subject, account, params, onChange }: FieldsProps) {
  const held = account?.subscriptions.find(({ number }) => number === subject);
  const taken = held?.next_plan?.plan ?? held?.plan.plan;
  const options = (account?.plans ?? [])
    .filter((plan) => held && plan.family === held.plan.family && plan.currency === held.currency && plan.plan !== taken)
    .map((plan) => ({
      value: plan.plan,
      label: t("acting.field.plan.option", { name: readable(plan.name), price: money(plan.monthly_cents, plan.currency) }),
    }));
  if (!options.length) return <p>{t("acting.field.plan.none")}</p>;
  const choose = (plan: string) => onChange({ ...params, plan });
  return (
    <SelectField name="plan" label={t("acting.field.plan")} value={params["plan"] ?? ""} options={options} onChange={choose} />
  );
}

function MonthsField({ params, onChange }: FieldsProps) {
  const options = [1, 2, 3].map((count) => ({
    value: String(count),
    label: counted("acting.field.months.option", count),
  }));
  const choose = (months: string) => onChange({ ...params, months });
  return (
    <SelectField
      name="months"
      label={t("acting.field.months")}
      value={params["months"] ?? ""}
      options={options}
      onChange={choose}
    />
  );
}

function MethodField({ account, params, onChange }: FieldsProps) {
  const options = (account?.payment_methods ?? []).map(({ id, label, is_default }) => ({
    value: id,
    label: is_default ? t("acting.field.method.default", { label: readable(label) }) : readable(label),
  }));
  if (!options.length) return <p>{t("acting.field.method.none")}</p>;
  const choose = (method: string) => onChange({ ...params, method });
  return (
    <SelectField
      name="method"
      label={t("acting.field.method")}
      value={params["method"] ?? ""}
      options={options}
      onChange={choose}
    />
  );
}

const RETURN_REASONS = ["not_wanted", "wrong_item", "damaged", "other"] as const;

/** Whether an item may go back only the desk knows; what has not arrived is left out. */
const returnable = (order: OrderView | undefined) =>
  (order?.items ?? []).filter(({ state, unit_cents }) => state === "delivered" && unit_cents > 0);

function ReturnFields({ order, params, days, onChange }: FieldsProps) {
  const items = returnable(order);
  const picked = (params["items"] ?? "").split(",").filter(Boolean);
  const reasons = RETURN_REASONS.map((value) => ({ value, label: t(`acting.field.reason.${value}`) }));
  function toggle(sku: string) {
    const next = picked.includes(sku) ? picked.filter((one) => one !== sku) : [...picked, sku];
    onChange({ ...params, items: items.map((one) => one.sku).filter((one) => next.includes(one)).join(",") });
  }
  if (!items.length) return <p>{t("acting.field.items.none")}</p>;
  return (
    <>
      <fieldset class="outcomes">
        <legend>{t("acting.field.items")}</legend>
        {items.map(({ sku, name, quantity }) => (
          <label key={sku} class="check">
            <input type="checkbox" name="item" value={sku} checked={picked.includes(sku)} onChange={() => toggle(sku)} />
            {t("order.item", { quantity, name: readable(name) })}
          </label>
        ))}
      </fieldset>
      <SelectField
        name="reason"
        label={t("acting.field.reason")}
        value={params["reason"] ?? ""}
        options={reasons}
        onChange={(reason) => onChange({ ...params, reason })}
      />
      {days.length > 0 && (
        <SelectField
          name="collect_on"
          label={t("acting.field.collect_on")}
          value={params["collect_on"] ?? ""}
          options={days.map((value) => ({ value, label: day(value) }))}
          onChange={(collect_on) => onChange({ ...params, collect_on })}
        />
      )}
    </>
  );
}
