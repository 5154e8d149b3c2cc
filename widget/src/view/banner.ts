/** The contacts that are always in sight: emergency first, then the clinic. */
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { type Contacts, mail, telephone, whatsapp } from '../contacts';
import type { Texts } from '../language';

/** Renders the banner; a contact that is missing has no button. */
export function banner(contacts: Contacts, texts: Texts): TemplateResult {
  return html`<nav class="banner" aria-label=${texts.contacts}>
    <a class="emergency" href=${telephone(contacts.emergency)}>${texts.emergency}</a>
    ${contacts.phone ? html`<a class="call" href=${telephone(contacts.phone)}
      aria-label=${texts.callLabel}>${texts.call}</a>` : nothing}
    ${contacts.whatsapp ? html`<a class="whatsapp" href=${whatsapp(contacts.whatsapp)} target="_blank"
      rel="noopener noreferrer" aria-label=${texts.whatsappLabel}>${texts.whatsapp}</a>` : nothing}
    ${contacts.email ? html`<a class="email" href=${mail(contacts.email)}
      aria-label=${texts.emailLabel}>${texts.email}</a>` : nothing}
  </nav>`;
}
