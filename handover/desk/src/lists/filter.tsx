import { filterLists, filtersOn, listFilter, showAll } from "../state/list-filter";
import { useWorkplace } from "../state/workplace";
import { counted, t } from "../texts";
import { topicName } from "../texts/routing";
import type { Language } from "../wire";
import { useCommands } from "../ui/commands";
import { Choice } from "../ui/filters";

const LANGUAGES = ["de", "en"] as const;

/** What the lists leave out, for as long as this browser remembers it: said where the lists begin, so that nobody is overlooked. */
export function ListFilters() {
  const { queue } = useWorkplace();
  const { language, topic, urgent } = listFilter.value;
  useCommands([
    { id: "show_all", title: t("command.show_all"), place: "lists", when: filtersOn.value > 0, run: showAll },
  ]);
  const topics = queue.view.value?.topics ?? [];
  const known = topic && !topics.includes(topic) ? [...topics, topic] : topics;
  return (
    <details class="list-filters" data-testid="list-filters">
      <summary>{filtersOn.value ? counted("lists.filters_on", filtersOn.value) : t("lists.filters")}</summary>
      <Choice
        label={t("search.language")}
        name="list_language"
        value={language}
        options={LANGUAGES.map((each) => [each, t(`language.${each}`)])}
        onChange={(value) => filterLists({ language: value as Language | "" })}
        testId="filter-language"
      />
      {known.length > 0 && (
        <Choice
          label={t("lists.topic")}
          name="list_topic"
          value={topic}
          options={known.map((each) => [each, topicName(each)])}
          onChange={(value) => filterLists({ topic: value })}
          testId="filter-topic"
        />
      )}
      <label class="check">
        <input
          type="checkbox"
          checked={urgent}
          onChange={(event) => filterLists({ urgent: event.currentTarget.checked })}
          data-testid="filter-urgent"
        />
        {t("lists.urgent")}
      </label>
      {filtersOn.value > 0 && (
        <button type="button" class="quiet-button" onClick={showAll} data-testid="filter-clear">
          {t("lists.show_all")}
        </button>
      )}
    </details>
  );
}
