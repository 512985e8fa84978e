import type { Line } from './line.ts'
import { peopleLines } from './people.ts'
import type { AttributeUse, Preset, Sourced } from './preset.ts'
import type { Sending } from './sending.ts'

export type Section = { readonly title: string; readonly lines: readonly Line[] }

/**
 * All that is known of a gateway, in the order a reader wants it; a section about which nothing is known is left out.
 */
export function describePreset(preset: Preset): readonly Section[] {
  const { messageAuthenticator, mostPatience, advisedPatience } = preset
  const sections: readonly Section[] = [
    {
      title: 'What the preset sets',
      lines: [
        ...Object.entries(preset.settings).map(([key, setting]) => valueLine(key, setting)),
        ...(mostPatience === undefined ? [] : [valueLine('patience at most', mostPatience)]),
      ],
    },
    {
      title: 'Values for a second factor',
      lines: [
        ...preset.advice,
        ...(advisedPatience === undefined
          ? []
          : [
              {
                text: `Once that is done, write patience: ${advisedPatience} in the configuration.`,
              },
            ]),
      ],
    },
    { title: 'What people with a phone or a passkey do', lines: peopleLines(preset) },
    { title: 'Message-Authenticator', lines: messageAuthenticator ? [messageAuthenticator] : [] },
    { title: 'Timers it comes with', lines: [...preset.timers, sendingLine(preset.sending)] },
    { title: 'How it proves the password', lines: preset.protocols.map(protocolLine) },
    { title: 'Attributes for groups and roles', lines: preset.groups.map(attributeLine) },
    { title: 'Where the person’s address is', lines: preset.device.map(attributeLine) },
    {
      title: 'Good to know',
      lines: preset.quirks.map(({ id, text, from }) => ({ about: id, text, from })),
    },
  ]
  return sections.filter(({ lines }) => lines.length > 0)
}

function valueLine(about: string, { value, because, from }: Sourced<string | boolean>): Line {
  return { about, text: because === undefined ? `${value}` : `${value}; ${because}`, from }
}

function sendingLine({ atSeconds, givesUpSeconds, secondServer, from }: Sending): Line {
  const moments = atSeconds.map((seconds) => Number(seconds.toFixed(1)))
  const [second] = moments.slice(1)
  const then = second === undefined ? 'once' : `at ${series(moments)} s`
  const end = secondServer ? 'then a second server is asked' : 'then it gives up'
  return {
    about: 'simulate',
    text: `sends ${then}, waits ${Number(givesUpSeconds.toFixed(1))} s, ${end}`,
    from,
  }
}

/** `0, 2, 5 and 9`; a long one in short. */
function series(numbers: readonly number[]): string {
  const shown = numbers.length > 5 ? [...numbers.slice(0, 3), '…', numbers.at(-1)] : numbers
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

function protocolLine({ value, because, from }: Sourced<string>): Line {
  return because === undefined ? { text: value, from } : { about: value, text: because, from }
}

function attributeLine({ name, use, from }: AttributeUse): Line {
  return { about: name, text: use, from }
}
