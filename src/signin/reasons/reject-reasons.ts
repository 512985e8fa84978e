import type { TextKey } from './text-keys.ts'

/**
 * Every Reject. `delay`: it leaves a second after receipt, like every other of its kind, so that
 * no one learns which check failed (RULES 9). `says`: the text the person sees.
 */
type RejectEntry = {
  readonly delay: boolean
  readonly says: TextKey
  readonly meaning: string
  readonly remedy: string
}

export const rejectReasons = {
  'user-unknown': {
    delay: true,
    says: 'denied',
    meaning: 'No directory of this gateway knows the name.',
    remedy: 'Check the spelling and the directory’s base_dn and user filter.',
  },
  'user-ambiguous': {
    delay: true,
    says: 'denied',
    meaning: 'Several accounts of one directory have the name. The steps say in which attribute.',
    remedy:
      'Let the person type another of their names, such as DOMAIN\\name or name@domain, or change one of the accounts.',
  },
  'domain-unknown': {
    delay: true,
    says: 'denied',
    meaning:
      'The name has a domain, before \\ or after @, that no directory of this gateway has. The steps say which domains they have.',
    remedy:
      'If the domain is yours, add it to netbios_domain or upn_suffixes of the directory. Users of the configuration have an @ only in upn.',
  },
  'name-invalid': {
    delay: true,
    says: 'denied',
    meaning:
      'The User-Name is in a form that is not understood: empty, too long, with control characters, with more than one \\ or @, or with nothing before or behind it.',
    remedy: 'Look at what the gateway sends as User-Name. The steps say what is wrong with it.',
  },
  'mac-unknown': {
    delay: true,
    says: 'denied',
    meaning:
      'A device asked by its MAC address, and no rule under mac_rules for this gateway lists it. Such requests never go on to the sign-in of people.',
    remedy: 'Where the device belongs there, add its address to macs or mac_file of the rule.',
  },
  'mac-differs': {
    delay: true,
    says: 'denied',
    meaning:
      'The User-Name is a MAC address, but Calling-Station-Id, which the gateway itself sends, is another one or missing.',
    remedy:
      'Let the gateway send the device’s address in Calling-Station-Id; otherwise someone has typed it at a web page.',
  },
  'password-empty': {
    delay: true,
    says: 'denied',
    meaning: 'The password is empty; LDAP would take that as anonymous.',
    remedy: 'Let the person type the password.',
  },
  'password-wrong': {
    delay: true,
    says: 'denied',
    meaning: 'The directory refused the password.',
    remedy:
      'Let the person try again. If the password was changed, a device may still have the old one stored.',
  },
  'password-too-long': {
    delay: true,
    says: 'denied',
    meaning:
      'The password, or the code behind it, has lost its end, or is longer than what checks it can take: RADIUS carries 128 bytes of a password, and some gateways send only 16, 32 or 64.',
    remedy:
      'Choose a shorter password, or let the gateway ask for the code in a question of its own, with flow challenge. See docs/reference/reasons/long-password.md.',
  },
  'password-garbled': {
    delay: true,
    says: 'denied',
    meaning:
      'The password decodes to bytes that are not text: the shared secrets differ, or the charset is set wrong.',
    remedy:
      'Set the same shared secret on both sides; for a gateway that does not write UTF-8, set its charset, for example latin1 or windows-1250.',
  },
  'password-expired': {
    delay: false,
    says: 'password-expired',
    meaning:
      'The password was right but has expired or must be changed, and this sign-in cannot change it: the gateway asks nothing or keeps passwords and codes together, no second factor was asked for, or password_change is off.',
    remedy:
      'Change the password on a computer or with the helpdesk; or let the gateway do challenges, with flow auto or challenge.',
  },
  'password-not-changed': {
    delay: false,
    says: 'password-not-changed',
    meaning:
      'The password has expired, and no new one was set: five were not accepted, time ran out, or the directory does not let this person change it. The audit has what the directory said.',
    remedy: 'Sign in again, or set a password with the helpdesk.',
  },
  'password-change-too-soon': {
    delay: false,
    says: 'password-change-too-soon',
    meaning:
      'The password must be changed, but the directory allows no change so soon after the last one.',
    remedy:
      'Wait until the minimum password age of the directory has passed, or set a password with the helpdesk.',
  },
  'password-change-unclear': {
    delay: false,
    says: 'password-change-unclear',
    meaning:
      'The directory was asked to change the password and did not answer: either password may be good now.',
    remedy: 'Try the new password, then the old one; look at the network to the directory.',
  },
  'account-disabled': {
    delay: false,
    says: 'account-unavailable',
    meaning: 'The password was right but the directory has disabled the account.',
    remedy: 'Enable the account in the directory.',
  },
  'account-expired': {
    delay: false,
    says: 'account-unavailable',
    meaning: 'The password was right but the account has expired.',
    remedy: 'Extend the account in the directory.',
  },
  'account-restricted': {
    delay: false,
    says: 'account-unavailable',
    meaning:
      'The password was right but the directory does not allow a sign-in now or from here (hours, workstations).',
    remedy: 'Look at logon hours and workstations in the directory.',
  },
  'account-locked-in-directory': {
    delay: true,
    says: 'denied',
    meaning: 'The directory has locked the account after wrong passwords.',
    remedy: 'Unlock it there, or wait for the lock to end.',
  },
  'lockout-shield': {
    delay: true,
    says: 'denied',
    meaning:
      'The directory counts so many wrong passwords of this person that one more could lock the account there, so it was not asked. So an attacker at the gateway cannot lock people out of Windows.',
    remedy:
      'It ends by itself when the directory forgets them; holdfast user show says when. One right password on a computer of the domain ends it at once. See docs/how-to/active-directory.md.',
  },
  'credential-not-checkable': {
    delay: true,
    says: 'denied',
    meaning: 'The gateway sent a kind of credential that this user’s directory cannot check.',
    remedy:
      'The log and holdfast why say what would help: winbind for MS-CHAP with Active Directory, sealed_password or sealed_nt_hash for local people, or switching the gateway to PAP.',
  },
  'credential-not-for-flow': {
    delay: true,
    says: 'denied',
    meaning:
      'The gateway sent CHAP or MS-CHAP, a hash of the password, and is set to send a code after the password, or to be asked for the code first: a code cannot be read out of a hash.',
    remedy:
      'Set flow: auto, hold or challenge for this gateway, without second_factor_first, or switch it to PAP. With flow: code-only, MS-CHAP works and CHAP does not.',
  },
  'question-not-shown': {
    delay: true,
    says: 'denied',
    meaning:
      'The upstream RADIUS server asks the person something itself, and this gateway only holds or cannot show a challenge.',
    remedy:
      'Let the gateway do challenges, with flow auto or challenge; or let the upstream server ask for the password alone.',
  },
  'credential-missing': {
    delay: true,
    says: 'denied',
    meaning: 'The request carries no password and no State.',
    remedy: 'Look at the authentication scheme configured on the gateway.',
  },
  'directory-down': {
    delay: false,
    says: 'unavailable',
    meaning: 'No server of the directory answered in time.',
    remedy: 'Run holdfast check; look at network and certificates.',
  },
  'directory-refuses-us': {
    delay: false,
    says: 'unavailable',
    meaning:
      'The directory answers, but refuses the account that Holdfast searches with: wrong password, locked, expired, or without the right to read.',
    remedy:
      'Run holdfast check; look at bind_dn and bind_password, and at that account in the directory. It is tried again every five minutes, so that this does not lock it.',
  },
  'directory-busy': {
    delay: false,
    says: 'unavailable',
    meaning: 'So many passwords wait for the directory that this one could not be checked in time.',
    remedy: 'Look at the directory’s response times.',
  },
  'store-failed': {
    delay: false,
    says: 'unavailable',
    meaning:
      'The store cannot write or read: the disk is full, read-only or too slow, or the file of the store was deleted or replaced while it was open.',
    remedy:
      'Run holdfast check. Free space on the disk of the store; sign-ins go on by themselves afterwards. If check says store-gone, do not restart yet: put the file back, or save what the service has with holdfast backup and restore that.',
  },
  denied: {
    delay: true,
    says: 'denied',
    meaning: 'A rule, or the gateway, refuses this person here or now.',
    remedy:
      'The audit names the rule; without one look at require_groups and deny_groups of the gateway.',
  },
  'rule-group-missing': {
    delay: true,
    says: 'denied',
    meaning:
      'A rule that would hold for this sign-in names a group that no longer exists in any directory, so Holdfast cannot know whom the rule is for.',
    remedy:
      'holdfast check names the group: correct the rule. If the group was made again, holdfast reload takes the new one.',
  },
  blocked: {
    delay: true,
    says: 'denied',
    meaning:
      'The account is blocked: the person reported that someone else signed in, or an administrator blocked it.',
    remedy: 'Talk to the person, then holdfast user unlock NAME.',
  },
  locked: {
    delay: true,
    says: 'denied',
    meaning: 'Too many wrong codes: the second factor is locked for a while.',
    remedy: 'Wait, or holdfast user unlock NAME.',
  },
  slowed: {
    delay: true,
    says: 'denied',
    meaning: 'Several wrong codes in a row: nothing is checked for some seconds.',
    remedy: 'Wait a moment, then sign in with care; holdfast user unlock NAME ends it at once.',
  },
  'code-missing': {
    delay: true,
    says: 'denied',
    meaning: 'The gateway expects a code after the password and there was none.',
    remedy: 'Let the person type password, delimiter and code; or choose another flow.',
  },
  'method-not-allowed': {
    delay: true,
    says: 'denied',
    meaning:
      'The code is right, or digits for a phone were typed, but the method may not be used here, or an administrator saw the secret of the authenticator. It was not spent. The setting methods of the gateway or of the rule decides, or refuse_seen_secrets of the rule.',
    remedy:
      'Let the person use another method, or add this one to methods. holdfast explain shows which rule decides and what may be used.',
  },
  'code-wrong': {
    delay: true,
    says: 'denied',
    meaning: 'The code fits none of the person’s authenticators that are allowed here.',
    remedy: 'Compare the clock of the phone; look at which methods the gateway allows.',
  },
  'code-reused': {
    delay: true,
    says: 'denied',
    meaning: 'The code is right, but it or a later one was accepted before.',
    remedy:
      'Wait for the next code of the app, or use another recovery code. If a hint says that the last accepted code lies in the future, follow the hint.',
  },
  'code-unsure': {
    delay: false,
    says: 'next-code',
    meaning:
      'Another server of the database has just taken over, or a backup was put back. The code is right, but it may have been used before, and the database may have forgotten that.',
    remedy:
      'Sign in again with the next code of the app, or after a minute with another method. With synchronous replication you can set failover: loses_nothing, and this wait goes away.',
  },
  'code-expired': {
    delay: true,
    says: 'denied',
    meaning: 'The code that was sent is too old, or was tried too often.',
    remedy: 'Sign in again to get a new one.',
  },
  'state-invalid': {
    delay: true,
    says: 'denied',
    meaning:
      'The State is forged, cut, expired or used up, belongs to another gateway or person, or a newer sign-in took its place. The steps say which.',
    remedy:
      'Sign in again; if it repeats, let the gateway keep State whole, and look whether it sends answers to another server than the one that asked.',
  },
  'not-enrolled': {
    delay: false,
    says: 'not-enrolled',
    meaning: 'The password was right but the person has no authenticator that is allowed here.',
    remedy: 'Run holdfast authenticator add NAME, or write a phone number into the directory.',
  },
  'set-up-begins': {
    delay: false,
    says: 'not-enrolled',
    meaning:
      'The password was right at the portal, and nothing is set up that can be used there. The portal goes on to the set-up, where the person has a proof for it.',
    remedy:
      'Nothing, if the audit shows own-authenticator-added next: the person has set something up. Otherwise holdfast enrolment code NAME.',
  },
  'secret-seen': {
    delay: false,
    says: 'secret-seen',
    meaning:
      'The password was right, but an administrator saw the secret of everything that the person could use here, and the rule refuses such authenticators (refuse_seen_secrets).',
    remedy:
      'Let the person set up one of their own at the portal. If the rule holds there too, make a code for it: holdfast enrolment code NAME.',
  },
  'no-method-for-flow': {
    delay: false,
    says: 'no-method',
    meaning: 'The gateway cannot ask for a code, and the person has only codes to type.',
    remedy:
      'With flow: auto, let the person type the code after the password, after a comma. Otherwise use flow: auto or challenge, or enrol a call.',
  },
  'digits-missing': {
    delay: false,
    says: 'digits-missing',
    meaning:
      'The person has a phone that approves, and the gateway can show no number for it. The password has to be followed by digits of their own, which the phone then asks for; there were none, or too few or too many.',
    remedy:
      'Let the person type the password, the delimiter and that many digits, such as password,42, and then the same digits on the phone.',
  },
  'prompt-refused': {
    delay: false,
    says: 'prompt-refused',
    meaning: 'The person hung up, did not approve, or typed another number on the phone.',
    remedy:
      'Sign in again and press #, or type the number of this sign-in. If the person did not begin it, someone may know the password.',
  },
  'prompt-fraud': {
    delay: false,
    says: 'prompt-refused',
    meaning:
      'The person reported fraud (0#). Calls and messages to them have stopped, or the account is blocked: see on_fraud.',
    remedy:
      'Talk to the person: someone else may know the password. Change the password, then run holdfast user unlock NAME.',
  },
  'prompt-timeout': {
    delay: false,
    says: 'prompt-timeout',
    meaning: 'The person did not answer before the gateway’s patience ended.',
    remedy: 'Raise the gateway’s RADIUS timeout and patience, or let it do challenges.',
  },
  'prompt-no-answer': {
    delay: false,
    says: 'prompt-no-answer',
    meaning: 'No one took the call, or a machine did.',
    remedy: 'Try again; give a backup number.',
  },
  'prompt-busy': {
    delay: false,
    says: 'prompt-busy',
    meaning: 'The number was busy.',
    remedy: 'Try again.',
  },
  'prompt-failed': {
    delay: false,
    says: 'prompt-failed',
    meaning: 'The provider could not deliver the call or message; the log has its error.',
    remedy: 'Look at the provider’s error in the log; check the number and the account’s balance.',
  },
  'prompt-limit': {
    delay: false,
    says: 'prompt-limit',
    meaning: 'A limit on calls and messages is reached (per user, number or day).',
    remedy: 'Look at limits in the configuration, and at who keeps asking.',
  },
  'prompts-paused': {
    delay: false,
    says: 'prompts-paused',
    meaning:
      'Three prompts in a row on the person’s phone or passkey page were refused or not answered. Nothing is asked from this gateway and network for an hour, by any method; codes that are typed go on.',
    remedy:
      'If the person was asked, they end it themselves on their phone or at the portal. If not, someone else knows the password: change it. holdfast user unlock NAME ends it as well.',
  },
  'prompt-not-allowed': {
    delay: true,
    says: 'denied',
    meaning: 'The password is not proven here, so nothing may ring.',
    remedy:
      'Type a code, or set prompt_without_password: true on a gateway that has checked the password.',
  },
  'another-sign-in-open': {
    delay: false,
    says: 'another-open',
    meaning:
      'A prompt for this person is open already. This request may neither share it nor take it over.',
    remedy: 'Answer the open prompt, or wait for it to end: the text to the person says how long.',
  },
  interrupted: {
    delay: false,
    says: 'interrupted',
    meaning:
      'The service was restarted while a prompt was open, or while a new password was being chosen. Holdfast does not call again.',
    remedy: 'Sign in again in a moment.',
  },
  'shutting-down': {
    delay: false,
    says: 'shutting-down',
    meaning: 'The service is stopping.',
    remedy:
      'Sign in again; with on_stop: silent, the gateway gets no answer and asks its next server, where it has one.',
  },
  'eap-tls-failed': {
    delay: false,
    says: 'denied',
    meaning:
      'The TLS handshake failed: the device refused our certificate, or nothing suits both sides. The audit has what TLS said.',
    remedy:
      'Where the device says unknown CA, give it the authority of this server’s certificate, and the name in it.',
  },
  'eap-conversation-unknown': {
    delay: false,
    says: 'denied',
    meaning:
      'The State names a conversation that is not open here: it took too long, this server was restarted, or it began at another server or for another device.',
    remedy:
      'The device starts again by itself. If it repeats, make sure that the gateway stays with one server during a sign-in.',
  },
  'eap-not-supported': {
    delay: false,
    says: 'denied',
    meaning: 'The request carries EAP, and the gateway has no eap: section here.',
    remedy:
      'Give the gateway an eap: section, and the server its certificate; or switch the gateway to PAP.',
  },
  'eap-malformed': {
    delay: false,
    says: 'denied',
    meaning: 'The device sent something that its EAP method does not allow at that point.',
    remedy: 'Update the device; a capture shows what it sends.',
  },
  'eap-no-method': {
    delay: false,
    says: 'denied',
    meaning: 'The device wants no EAP method that is allowed at this gateway.',
    remedy: 'Set the device’s profile to a method of the gateway, or allow the one it wants.',
  },
  'eap-name-differs': {
    delay: false,
    says: 'denied',
    meaning: 'The device gave one name as its identity and proved the password of another.',
    remedy: 'Set the same name for identity and user in the device’s profile.',
  },
  'eap-peer-gave-up': {
    delay: false,
    says: 'denied',
    meaning: 'The device ended the sign-in itself: it did not believe our proof.',
    remedy: 'Look at the device’s profile: mostly a password that was just changed.',
  },
  'eap-binding-missing': {
    delay: false,
    says: 'denied',
    meaning:
      'The device did not bind the sign-in to its tunnel, which this gateway requires: it cannot do this, or an attacker is in between.',
    remedy:
      'Switch on cryptobinding in the device’s PEAP settings, or set crypto_binding: offered for the gateway.',
  },
  'eap-binding-wrong': {
    delay: false,
    says: 'denied',
    meaning:
      'The tunnel and the sign-in in it end at different parties: an attacker may be in between.',
    remedy: 'Look for a rogue access point; have the device’s profile pin the server’s authority.',
  },
  'session-outdated': {
    delay: false,
    says: 'denied',
    meaning:
      'The device came back with the session of an earlier sign-in, and the password has been set since, or the account is gone.',
    remedy: 'Nothing: the device proves its password the next time.',
  },
  'certificate-missing': {
    delay: false,
    says: 'denied',
    meaning: 'The device showed no certificate.',
    remedy: 'Give the device a certificate, or another method.',
  },
  'certificate-untrusted': {
    delay: false,
    says: 'denied',
    meaning:
      'No authority that is trusted for devices has issued the certificate, or not for this use.',
    remedy: 'Add the authority to client_ca, with those between; the log says what TLS objects to.',
  },
  'certificate-expired': {
    delay: false,
    says: 'denied',
    meaning: 'The device’s certificate, or one above it, has expired.',
    remedy: 'Renew it, and look at this server’s clock.',
  },
  'certificate-not-yet-valid': {
    delay: false,
    says: 'denied',
    meaning:
      'The device’s certificate, or one above it, is not valid yet: it begins later than now by this server’s clock.',
    remedy:
      'Run timedatectl on this server and on the authority: mostly one of the two clocks is wrong. Otherwise wait for the date in the certificate.',
  },
  'certificate-revoked': {
    delay: false,
    says: 'denied',
    meaning: 'The device’s certificate was revoked.',
    remedy: 'Give the device a new one, if it may have one.',
  },
  'certificate-status-unknown': {
    delay: false,
    says: 'denied',
    meaning:
      'Whether the certificate was revoked cannot be told: its revocation list is missing or out of date, or with ocsp its responder does not answer, or says that it does not know.',
    remedy:
      'Bring the file of revocation lists up to date, and reload; each authority needs its own. With ocsp look whether this server reaches the responder that the certificate names.',
  },
  'certificate-purpose': {
    delay: false,
    says: 'denied',
    meaning: 'The certificate is not one for signing in: its extended key usage lacks clientAuth.',
    remedy: 'Issue it from a template for client authentication.',
  },
  'certificate-nameless': {
    delay: false,
    says: 'denied',
    meaning:
      'The certificate has no name of a kind that says who it is for, or no SID where one is required.',
    remedy: 'Issue it with a UPN or DNS name, or set from which of its names people are taken.',
  },
  'certificate-mismatch': {
    delay: false,
    says: 'denied',
    meaning: 'The certificate was made for another account than the one that has its name now.',
    remedy:
      'Find out who asked for the certificate: someone may try to pass for another person. If it was a mistake, issue a new one.',
  },
  'reply-value-invalid': {
    delay: false,
    says: 'reply-too-large',
    meaning:
      'A reply rule makes an attribute of what the directory holds for this person, and that is missing there or does not fit; the audit names rule and attribute.',
    remedy:
      'Correct the value in the directory, or the rule: {{name?}} where a person may have none.',
  },
  'reply-too-large': {
    delay: false,
    says: 'reply-too-large',
    meaning: 'The reply would be larger than 4096 bytes.',
    remedy: 'Send fewer attributes.',
  },
} as const satisfies Record<string, RejectEntry>
