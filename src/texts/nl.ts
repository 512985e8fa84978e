import { nl as enrolment } from './enrolment/nl.ts'
import type { Language } from './language.ts'
import { nl as portal } from './portal/nl.ts'

export const nl: Language = {
  ...portal,
  ...enrolment,
  denied:
    'Aanmelden is niet gelukt. Controleer uw naam, wachtwoord en code en probeer het opnieuw.',
  unavailable: 'Aanmelden kan nu niet. Probeer het over een paar minuten opnieuw.',
  'not-enrolled':
    'Er is voor u nog geen telefoon of app ingesteld om u mee aan te melden. Vraag uw helpdesk om hulp.',
  'secret-seen':
    'Een beheerder heeft de geheime sleutel van uw app of token gezien. Daarom kunt u die hier niet gebruiken. Vraag uw helpdesk om hulp.',
  'no-method': 'Deze verbinding kan niet om uw code vragen. Vraag uw helpdesk om hulp.',
  'digits-missing':
    'Typ achter uw wachtwoord "{delimiter}" en {count} cijfers naar keuze. Open daarna {to} op uw telefoon en typ daar dezelfde cijfers.',
  'prompt-refused': 'De aanmelding is niet goedgekeurd.',
  'prompt-timeout': 'De aanmelding is niet op tijd goedgekeurd. Probeer het opnieuw.',
  'prompt-no-answer': 'U nam de telefoon niet op. Probeer het opnieuw.',
  'prompt-busy': 'Uw telefoon was in gesprek. Probeer het opnieuw.',
  'prompt-failed':
    'We konden uw telefoon niet bereiken. Probeer het opnieuw of vraag uw helpdesk om hulp.',
  'prompt-limit': 'U hebt te veel oproepen en berichten gehad. Probeer het later opnieuw.',
  'prompts-paused':
    'U hebt drie verzoeken niet goedgekeurd. Daarom vragen we u vanaf hier {minutes} minuten lang niets meer. Open {page} om dat meteen weer toe te staan.',
  'another-open':
    'Er staat nog een andere aanmelding van u open. Rond die af, of wacht {seconds} seconden en meld u opnieuw aan.',
  interrupted: 'De aanmelding is onderbroken. Probeer het zo dadelijk opnieuw.',
  'next-code':
    'We zijn zojuist naar een andere server overgegaan, daarom telt deze code niet. Wacht een minuut en meld u dan aan met een nieuwe code.',
  'shutting-down': 'De aanmelddienst wordt herstart. Probeer het zo dadelijk opnieuw.',
  'password-expired': 'Uw wachtwoord is verlopen. Wijzig het en meld u daarna opnieuw aan.',
  'password-change-too-soon':
    'U hebt uw wachtwoord pas gewijzigd en kunt het nu nog niet opnieuw wijzigen. Vraag uw helpdesk om hulp.',
  'password-change-unclear':
    'Wij weten niet of uw wachtwoord is gewijzigd. Meld u aan met het nieuwe; lukt dat niet, dan met het oude.',
  'password-not-changed':
    'Uw wachtwoord is niet gewijzigd. Meld u opnieuw aan of vraag uw helpdesk om hulp.',
  'account-unavailable': 'Uw account kan nu niet worden gebruikt. Vraag uw helpdesk om hulp.',
  'reply-too-large':
    'Aanmelden is niet gelukt door een instelling aan onze kant. Meld het aan uw helpdesk.',
  'enter-code': 'Voer de code van uw app of token in.',
  'enter-code-paused':
    'U hebt drie verzoeken niet goedgekeurd, dus we vragen u nu niets op uw telefoon. Voer een code van uw telefoon, app of token in.',
  'enter-code-sms': 'Voer de code in die we per sms hebben gestuurd naar {to}.',
  'enter-code-call': 'Voer de code in die u hoort in de oproep naar {to}.',
  'enter-code-email': 'Voer de code in die we per e-mail hebben gestuurd naar {to}.',
  'approve-then-enter': 'Keur de aanmelding goed op uw telefoon {to} en druk daarna hier op Enter.',
  'approve-number-then-enter':
    'Uw getal is {number}. Open {to} op uw telefoon, typ het daar en druk daarna hier op Enter.',
  'approve-page-then-enter':
    'Open {to} op uw telefoon en keur de aanmelding daar goed. Druk daarna hier op Enter.',
  'wrong-code-again': 'Die code klopt niet. Probeer het opnieuw.',
  'enter-again': 'Onze server heeft niet geantwoord. Voer dat opnieuw in.',
  'wait-for-next-code':
    'We zijn zojuist naar een andere server overgegaan. Wacht een minuut en voer dan een nieuwe code in.',
  'new-password': 'Uw wachtwoord is verlopen. Voer een nieuw wachtwoord in.',
  'new-password-again': 'Voer het nieuwe wachtwoord nog een keer in.',
  'new-passwords-differ': 'De twee wachtwoorden waren niet gelijk. Voer een nieuw wachtwoord in.',
  'new-password-short':
    'Dat wachtwoord is te kort: er zijn ten minste {count} tekens nodig. Voer een ander wachtwoord in.',
  'new-password-long':
    'Dat wachtwoord is te lang: het mag {count} tekens hebben, en minder met letters zoals ë. Voer een ander wachtwoord in.',
  'new-password-simple':
    'Dat wachtwoord is te eenvoudig. Gebruik hoofdletters, kleine letters, cijfers en tekens, zonder uw naam. Voer een ander wachtwoord in.',
  'new-password-refused':
    'Dat wachtwoord mag niet: u hebt het eerder gebruikt of het is te gemakkelijk te raden. Voer een ander wachtwoord in.',
  menu: 'Hoe wilt u zich aanmelden? Voer een cijfer in: {options}.',
  'menu-sms': 'sms naar {to}',
  'menu-call': 'oproep naar {to}',
  'menu-email': 'e-mail naar {to}',
  'menu-push': 'uw telefoon, op {to}',
  'menu-passkey': 'passkey, op {to}',
  'menu-or-code': 'Of voer de code van uw app of token in.',
  'sms-code': '{code} is uw code om u aan te melden bij {gateway}. Geef hem aan niemand door.',
  'bell-change-title': 'Uw aanmelding is gewijzigd',
  'bell-change-text':
    'Tik om te zien wat er is gewijzigd. Was u dat niet? Laat het ons daar weten.',
  'bell-title': 'Er wacht een aanmelding',
  'bell-text': 'Tik om die te bekijken. Meldt u zich niet aan? Laat het ons daar weten.',
  'new-device-subject': 'Een nieuw apparaat is toegelaten tot {gateway}',
  'new-device':
    'Een nieuw apparaat ({device}) is met uw naam toegelaten tot {gateway}. Was u dit niet? Meld het meteen aan uw helpdesk.',
  'email-subject': 'Uw code om u aan te melden bij {gateway}',
  'email-code':
    '{code} is uw code om u aan te melden bij {gateway}.\n\nGeef hem aan niemand door. Meldt u zich niet aan? Dan kent iemand misschien uw wachtwoord: meld het aan uw helpdesk.',
  'call-approve':
    'Hallo {user}. Iemand meldt zich met uw naam aan bij {gateway}, vanaf {from}. Bent u dit zelf? Druk op het hekje. Zo niet, druk op nul.',
  'call-approve-pin':
    'Hallo {user}. Iemand meldt zich met uw naam aan bij {gateway}, vanaf {from}. Bent u dit zelf? Toets uw pincode in en druk op het hekje. Zo niet, druk op nul en daarna op het hekje.',
  'call-fraud-confirm':
    'U staat op het punt te melden dat iemand anders uw naam gebruikt. Druk op het hekje om dit te bevestigen. Druk op een andere toets om terug te gaan.',
  'call-approved': 'Dank u wel. U bent aangemeld. Tot ziens.',
  'call-fraud': 'Dank u wel. We hebben de aanmelding gestopt en gemeld. Tot ziens.',
  'call-not-approved': 'De aanmelding is niet goedgekeurd. Tot ziens.',
  'call-wrong-pin': 'Die pincode klopt niet.',
  'call-ended': 'Deze aanmelding is afgelopen. Tot ziens.',
  'call-code': 'Uw code is: {code}. Nog een keer: {code}. Tot ziens.',
  'call-sign-in-again': 'Dank u wel. Het duurde te lang. Meld u nu opnieuw aan. Tot ziens.',
  'unknown-gateway': 'een onbekende dienst',
  'unknown-place': 'een onbekende plaats',
  'portal-passkey-wrong': 'Deze passkey geldt hier niet. Begin opnieuw, of kies een andere manier.',
  'portal-step-ended': 'Dit duurde te lang of is al gedaan. Begin opnieuw.',
  'portal-other-authenticator':
    'Die code klopt, maar komt van een ander apparaat dan u wilde proberen.',
}
