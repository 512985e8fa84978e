import type { EnrolmentTexts } from './texts.ts'

export const nl: EnrolmentTexts = {
  'call-proven': 'Dank u wel. Deze telefoon is ingesteld om u mee aan te melden. Tot ziens.',
  'setup-mail-adds-nothing':
    'Een code per e-mail kan niets toevoegen, omdat een mailbox vaak met hetzelfde wachtwoord opengaat. Bel {helpdesk}: zij kunnen een code voor u maken.',
  'setup-strengthened-lately':
    'Met een oproep, een sms of een herstelcode kunt u binnen 24 uur één sterkere manier toevoegen, en dat hebt u al gedaan. Probeer het morgen opnieuw, of bevestig met uw app.',
  'setup-too-weak':
    'Bevestig dit met iets dat minstens even veilig is als wat u wilt wijzigen, zoals de code van uw app.',
  'setup-last-one': 'Dit is uw enige manier om u aan te melden. Voeg eerst een andere toe.',
  'setup-phone-invalid':
    'Dit is geen telefoonnummer dat bereikbaar is. Schrijf het met de landcode, zoals +31 6 12345678.',
  'setup-not-offered':
    'Dit kan hier niet worden ingesteld. Kies een andere manier, of bel {helpdesk}.',
  'setup-there-already':
    'U hebt al een manier om u aan te melden, dus er is niets toegevoegd. Meld u daarmee opnieuw aan. Hebt u die niet meer, bel dan {helpdesk}.',
  'setup-gone': 'Dit is er niet meer. Bekijk de lijst opnieuw.',
  'setup-ended':
    'Dit duurde te lang, of het is elders afgerond. Er is niets gewijzigd. Begin opnieuw.',
  'setup-tries-used': 'Er waren te veel foute codes. Er is niets gewijzigd. Begin opnieuw.',
  'setup-passkey-wrong':
    'Deze passkey kon niet worden toegevoegd. Er is niets gewijzigd. Begin opnieuw, of kies een andere manier.',
  'setup-reported':
    'Bij die telefoon is gemeld dat dit niet gewenst is. Er is niets gewijzigd. Bel {helpdesk}.',
  'proof-ended': 'Deze code klopt niet, of is niet meer geldig. Bel {helpdesk} voor een nieuwe.',
  'proof-unsure':
    'We zijn zojuist naar een andere server overgegaan. Wacht een minuut en meld u dan opnieuw aan met dezelfde code.',
  'paper-title': 'Stel uw telefoon in om u mee aan te melden',
  'paper-for': 'Voor {name}. Geef deze pagina aan niemand anders.',
  'paper-open': 'Open {portal} op een computer of op uw telefoon, of scan deze afbeelding.',
  'paper-sign-in': 'Meld u aan als {user} met uw wachtwoord.',
  'paper-type': 'Typ deze code:',
  'paper-until': 'De code geldt één keer, tot {until}, en alleen met uw wachtwoord.',
  'remind-subject': 'Stel uiterlijk {until} uw telefoon in om u mee aan te melden',
  'remind-why':
    'Tot en met {until} kunt u zich met alleen uw wachtwoord aanmelden. Daarna hebt u ook een telefoon, een app of een token nodig, en u hebt nog niets ingesteld.',
  'remind-how':
    'Open {portal} in uw browser en meld u aan met uw wachtwoord. Het instellen duurt een paar minuten.',
  'remind-help':
    'Hebt u vragen, bel dan {helpdesk}. Geef uw wachtwoord of een code nooit aan iemand anders.',
}
