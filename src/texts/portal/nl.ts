import type { PortalTexts } from './texts.ts'

export const nl: PortalTexts = {
  'notice-subject': 'Een wijziging in hoe u zich aanmeldt',
  'notice-hello': 'Goedendag {user},',
  'notice-added': 'Nieuwe manier om u aan te melden: {what}.',
  'notice-removed': 'Manier om u aan te melden verwijderd: {what}.',
  'notice-renamed': 'Manier om u aan te melden hernoemd: {what}.',
  'notice-phone-changed': 'Pincode of tweede nummer gewijzigd: {what}.',
  'notice-default-changed': 'Er is gewijzigd waar we u het eerst om vragen.',
  'notice-password-changed': 'Uw wachtwoord is gewijzigd.',
  'notice-code-made':
    'Er is voor u een code gemaakt waarmee een nieuwe manier van aanmelden kan worden ingesteld. De code geldt tot {until}.',
  'notice-unlocked': 'Uw aanmelding is ontgrendeld.',
  'notice-blocked': 'Uw aanmelding is geblokkeerd.',
  'notice-bypass-given': 'Uw wachtwoord alleen is genoeg om u aan te melden, tot {until}.',
  'notice-bypass-ended': 'Uw wachtwoord alleen is niet meer genoeg om u aan te melden.',
  'notice-reset': 'Al uw manieren om u aan te melden zijn verwijderd.',
  'notice-recovery-code-used': 'Met een van uw herstelcodes zijn uw aanmeldinstellingen geopend.',
  'notice-phone-silent':
    'Een van uw telefoons heeft geen van uw laatste drie aanmeldingen getoond. U wordt eerst op een andere manier gevraagd, totdat u op die telefoon de telefoonpagina opent.',
  'notice-prompts-paused':
    'Drie verzoeken om u aan te melden bij {gateway} zijn niet goedgekeurd. Tot {until} vragen we van daaruit niets meer. Codes die u typt, werken nog.',
  'notice-reported': 'U hebt gemeld dat een aanmelding niet van u was.',
  'notice-change-reported': 'U hebt gemeld dat een wijziging niet van u was.',
  'notice-reported-prompts':
    'Oproepen en berichten om u aan te melden stoppen tot uw helpdesk ze weer toestaat. Wijzig uw wachtwoord.',
  'notice-reported-account': 'U kunt zich pas weer aanmelden als uw helpdesk u heeft ontgrendeld.',
  'notice-more': 'Verdere wijzigingen in hoe u zich aanmeldt: {count}.',
  'notice-when': 'Wanneer: {when}',
  'notice-by-helpdesk': 'Uw helpdesk heeft dit gedaan.',
  'notice-not-you': 'Was u dit niet, bel dan meteen {helpdesk}.',
  'notice-not-asked': 'Hebt u hier niet om gevraagd, bel dan meteen {helpdesk}.',
  'notice-helpdesk': 'uw helpdesk',
  'notice-portal': 'Bekijk al uw manieren om u aan te melden: {portal}',
  'notice-manager-subject': 'Een aanmeldcode voor {user}',
  'notice-manager-code':
    'Uw helpdesk heeft een code gemaakt voor {user} uit uw team. Met die code en het wachtwoord kan een nieuwe manier van aanmelden worden ingesteld. De code geldt tot {until}.',
  'notice-manager-doubt':
    'Heeft {user} de code niet nodig, of heeft misschien iemand anders erom gevraagd, bel dan meteen {helpdesk}.',
  'notice-what-totp': 'een app die codes toont',
  'notice-what-hotp': 'een token dat codes toont',
  'notice-what-sms': 'sms naar {to}',
  'notice-what-call': 'oproepen naar {to}',
  'notice-what-email': 'e-mail naar {to}',
  'notice-what-recovery': 'herstelcodes',
  'notice-what-push': 'een telefoon die aanmeldingen goedkeurt',
  'notice-what-passkey': 'een passkey',
  'alert-subject': '{user} meldt een aanmelding door iemand anders',
  'alert-subject-change': '{user} meldt een wijziging door iemand anders',
  'alert-reported-call':
    '{user} heeft tijdens een oproep op 0# gedrukt, omdat iemand anders zich onder deze naam aanmeldt.',
  'alert-reported-portal':
    '{user} heeft in het portaal gemeld dat een aanmelding van iemand anders was.',
  'alert-reported-change':
    '{user} heeft op een telefoon gemeld dat een wijziging in het aanmelden van iemand anders was.',
  'alert-change': 'De wijziging: {text}',
  'alert-change-details': 'Alle wijzigingen: holdfast audit search --user {user}',
  'alert-gateway': 'Bij gateway: {gateway}',
  'alert-from': 'Vanaf: {from}',
  'alert-details': 'Zie ook: holdfast why {id}',
  'alert-stopped-prompts':
    'Oproepen en berichten naar {user} zijn gestopt. Getypte codes gelden nog. Weer toestaan: holdfast user unlock {user}',
  'alert-stopped-account': 'Het account is geblokkeerd. Deblokkeren: holdfast user unlock {user}',
  'alert-stopped-gateway':
    'Deze gateway laat wachtwoorden niet door Holdfast controleren. Hij kan niemand meer bellen of berichten sturen. Weer toestaan: holdfast user unlock gateway:{gateway}',
  'alert-stopped-nothing':
    'Er is niets geblokkeerd: het wachtwoord was niet bekend, of de melding kwam met een zwakke tweede factor.',
  'alert-stopped-not-yet':
    'ER IS NOG NIETS GEBLOKKEERD, omdat de opslag niet werkt. Holdfast blijft het proberen tot het lukt. Schakel het account nu uit in de directory.',
  'alert-more': 'Verdere meldingen van deze gebruiker: {count}.',
  'alert-next':
    'Misschien kent iemand het wachtwoord. Bel {user} en vraag het na. Was het iemand anders, wijzig dan eerst het wachtwoord en ontgrendel pas daarna.',
  'secret-seen-portal':
    'Een beheerder heeft de geheime sleutel van uw app of token gezien. Daarom kunt u die hier niet gebruiken. Stel zelf iets in op {portal}',
  'not-enrolled-portal':
    'Er is voor u nog geen telefoon of app ingesteld om u mee aan te melden. Stel die in op {portal}',
  'recent-accepted': 'Aangemeld.',
  'recent-password': 'Geweigerd: de naam of het wachtwoord was onjuist.',
  'recent-code': 'Geweigerd: de code was onjuist, of er is geen code getypt.',
  'recent-not-approved': 'Geweigerd: niet goedgekeurd.',
  'recent-not-answered': 'Geweigerd: er kwam niet op tijd antwoord.',
  'recent-reported': 'Geweigerd: gemeld als niet van u.',
  'recent-locked': 'Geweigerd: uw aanmelding was vergrendeld of geblokkeerd.',
  'recent-not-allowed': 'Geweigerd: aanmelden is daar niet toegestaan.',
  'recent-not-enrolled': 'Geweigerd: er was niets ingesteld dat daar gebruikt kan worden.',
  'recent-expired': 'Geweigerd: uw wachtwoord of uw account is verlopen.',
  'recent-another': 'Geweigerd: er stond nog een andere aanmelding van u open.',
  'recent-failed': 'Mislukt door een technische oorzaak.',
  'recent-set-up':
    'Het wachtwoord klopte. Er was nog niets ingesteld, dus het instellen kon beginnen.',
  'recent-portal': 'Selfserviceportaal',
  'recent-portal-of': 'Selfserviceportaal ({company})',
  'password-old-wrong': 'Uw huidige wachtwoord klopt niet. Er is niets gewijzigd.',
  'password-try-later': 'Uw wachtwoord kan nu niet worden gewijzigd. Probeer het later opnieuw.',
}
