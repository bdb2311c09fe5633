/** What a conversation does not need at once: one part of the panel, fetched in idle time. */
import article from "./article.css?inline";
import forms from "./forms.css?inline";
import shopCards from "./shop-cards.css?inline";

export const css = article + forms + shopCards;
export { default as Article } from "./article";
export { Chips } from "./chips";
export { ClosedCard } from "./closed-card";
export { Confirm } from "./confirm";
export { CreditCard } from "./credit-card";
export { ServiceCard } from "./service-card";
export { DocumentButton } from "./document";
export { FailureCard } from "./failure-card";
export { FeedbackReasons } from "./feedback-reasons";
export { FileList } from "./files";
export { IdentityCard } from "./identity";
export { MailForm } from "./mail-form";
export { MenuList } from "./menu-list";
export { Notices } from "./notices";
export { Rating } from "./rating";
export { ShopCards } from "./shop-cards";
export { SheetPage } from "./sheet-page";
export { default as Transcript } from "./transcript";
export { WaitingCard } from "./waiting";
