import type twilio from 'twilio'
import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import type { DialogueStep } from '../ports.ts'

/** The part of the `twilio` package that writes TwiML. */
export type TwimlLibrary = Pick<typeof twilio, 'twiml'>

/** How long to wait for a key once everything was said, and between two digits of a PIN. */
const keyTimeoutSeconds = 8

/** Voices by language; the country decides the accent. A tag that is not here is used as it is. */
const voiceLocales: Readonly<Record<string, string>> = {
  en: 'en-GB',
  nl: 'nl-NL',
  de: 'de-DE',
  fr: 'fr-FR',
  es: 'es-ES',
}

/**
 * Writes a question of a dialogue as TwiML. Single keys are gathered with an empty finishOnKey: with
 * Twilio's default, a # that comes first would not call `action` but fall through, as silence does.
 * What follows the Gather therefore never approves; it hangs up.
 */
export function formatQuestion(
  library: TwimlLibrary,
  step: DialogueStep & { readonly kind: 'ask' },
  options: {
    readonly language: string
    /** Where the keys go. */
    readonly actionUrl: string
  },
): string {
  const response = new library.twiml.VoiceResponse()
  const gather = response.gather({
    input: ['dtmf'],
    timeout: keyTimeoutSeconds,
    action: options.actionUrl,
    method: 'POST',
    actionOnEmptyResult: true,
    ...(step.keys === 'one' ? { numDigits: 1, finishOnKey: '' } : { finishOnKey: '#' }),
  })
  gather.say(voiceOf(options.language), step.say)
  response.hangup()
  return response.toString()
}

/** Says something and hangs up. */
export function formatEnding(library: TwimlLibrary, say: string, language: string): string {
  const response = new library.twiml.VoiceResponse()
  response.say(voiceOf(language), say)
  response.hangup()
  return response.toString()
}

type SayLanguage = NonNullable<VoiceResponse.SayAttributes['language']>

function voiceOf(language: string): { language: SayLanguage } {
  // Twilio's list of voices grows faster than the types of its package.
  return { language: (voiceLocales[language] ?? language) as SayLanguage }
}
