import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { ending, ratingOffers, type About, type RatingOffer } from "../messages/rating";
import { readable } from "../messages/markdown";
import type { Texts } from "../locales";
import { useShared } from "./context";
import Opinion from "./opinion";

/** From 1 to 5. */
const WORDS: readonly (keyof Texts)[] = ["rating1", "rating2", "rating3", "rating4", "rating5"];

/** At the end: how the bot was, and apart how the person was. One question at a time, and none that must be answered. */
export function Rating(): VNode | null {
  const { model, say } = useShared();
  const end = ending(model.events);
  const [left, setLeft] = useState<{ end: number | null; about: readonly About[] }>({ end: null, about: [] });
  const [changing, setChanging] = useState<About | null>(null);
  const offers = ratingOffers(model);
  if (!offers.length) return null;
  const skipped = left.end === end ? left.about : [];
  const asked = changing ?? offers.find(({ about, current }) => !current && !skipped.includes(about))?.about;
  const done = offers.filter(({ about, current }) => current && about !== asked);
  const wasRefused = model.refused?.type === "rate";
  if (!asked && !done.length && !wasRefused) return null;

  const skip = (about: About): void => {
    setChanging(null);
    setLeft({ end, about: [...skipped, about] });
  };
  return (
    <section class="card" aria-labelledby="kulanz-rating" data-testid="rating-card">
      <h3 id="kulanz-rating">{say("ratingTitle")}</h3>
      {done.map((offer) => (
        <Rated key={offer.about} offer={offer} onChange={() => setChanging(offer.about)} />
      ))}
      {offers
        .filter(({ about }) => about === asked)
        .map((offer) => (
          <Question
            key={offer.about}
            offer={offer}
            takesFocus={changing !== null || done.length + skipped.length > 0}
            onDone={() => setChanging(null)}
            onSkip={() => skip(offer.about)}
          />
        ))}
      <p class="problem" role="alert" data-testid="rating-problem">
        {wasRefused && say("ratingRefused")}
      </p>
    </section>
  );
}

interface QuestionProps {
  offer: RatingOffer;
  takesFocus: boolean;
  onDone(): void;
  onSkip(): void;
}

function Question({ offer: { about, name, current }, takesFocus, onDone, onSkip }: QuestionProps): VNode {
  const { connection, say } = useShared();
  return (
    <Opinion
      name={`rate-${about}`}
      question={about === "bot" ? say("rateBot") : say("rateHuman", { name: readable(name) })}
      options={WORDS.map((word, index) => ({ value: String(index + 1), label: say(word) }))}
      chosen={current ? String(current.score) : undefined}
      comment={current?.comment ?? ""}
      takesFocus={takesFocus}
      onSend={(score, comment) => {
        onDone();
        connection.send({ type: "rate", about, score: Number(score), comment });
      }}
      onSkip={onSkip}
    />
  );
}

function Rated({ offer: { about, name, current }, onChange }: { offer: RatingOffer; onChange(): void }): VNode {
  const { say } = useShared();
  const word = say(WORDS[(current?.score ?? 1) - 1] ?? "rating3");
  return (
    <p class="quiet" data-testid={`rated-${about}`} data-score={current?.score}>
      {about === "bot" ? say("ratedBot", { word }) : say("ratedHuman", { name: readable(name), word })}{" "}
      <button type="button" class="text-button" data-testid={`rated-${about}-change`} onClick={onChange}>
        {say("ratingChange")}
      </button>
    </p>
  );
}
