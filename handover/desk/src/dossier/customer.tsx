import { AskForProof } from "../acting/ask-for-proof";
import { useActing } from "../acting/context";
import { t } from "../texts";
import { day } from "../texts/format";
import type { TrustLevel } from "../wire";
import type { CustomerRecord } from "../wire-dossier";
import { Chip, Share, TrustChip } from "../ui/parts";
import { Facts, Section } from "../ui/section";

interface Props {
  customer: CustomerRecord | null;
  /** How sure this conversation is of who writes. */
  trust: TrustLevel;
}

export function CustomerSection({ customer, trust }: Props) {
  const acting = useActing();
  return (
    <Section title={t("dossier.customer")} name="customer" open>
      <p class="chips">
        <TrustChip trust={trust} />
        {customer?.blocked && <Chip kind="bad">{t("customer.blocked")}</Chip>}
      </p>
      {customer ? <CustomerFacts customer={customer} /> : <p class="quiet">{t("customer.unknown")}</p>}
      {acting && <AskForProof acting={acting} />}
    </Section>
  );
}

export function CustomerFacts({ customer }: { customer: CustomerRecord }) {
  return (
    <>
      <Facts
        facts={[
          [t("customer.name"), customer.name],
          [t("customer.number"), customer.number],
          [t("customer.email"), customer.email],
          [t("customer.phone"), customer.phone],
          [t("customer.address"), address(customer)],
          [t("customer.language"), t(`language.${customer.language}`)],
          [t("customer.since"), day(customer.created_at)],
          [t("customer.best_trust"), t(`trust.${customer.trust}`)],
        ]}
      />
      <p class="completeness">
        {t("customer.completeness")} <Share label={t("customer.completeness")} value={customer.completeness.score} />
      </p>
      {customer.completeness.missing.length > 0 && (
        <ul class="missing quiet">
          {customer.completeness.missing.map((field) => (
            <li key={field}>{t(`customer.missing.${field}`)}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function address({ street, postcode, city }: CustomerRecord): string {
  return [street, [postcode, city].filter(Boolean).join(" ")].filter(Boolean).join(", ");
}
