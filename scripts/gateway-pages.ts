import {
  describePreset,
  type Line,
  type Preset,
  type PresetName,
  presetNames,
  presets,
  sources,
} from '../src/config/presets/index.ts'
import { emptyPage, withGenerated } from './generated-part.ts'

const source = 'src/config/presets/'

/**
 * The index and one page for each preset, by file. `read` gives a page as it is, so that what is
 * written by hand around the generated part stays; empty when there is none yet.
 */
export function gatewayPages(read: (file: string) => string): Readonly<Record<string, string>> {
  const renew = (file: string, title: string, generated: string): [string, string] => [
    file,
    withGenerated(read(file) || emptyPage(title, source), source, generated),
  ]
  return Object.fromEntries([
    renew('docs/reference/gateways.md', 'Gateways', indexTable()),
    ...presetNames.map((name) =>
      renew(`docs/reference/gateways/${name}.md`, presets[name].title, presetPart(name)),
    ),
  ])
}

function indexTable(): string {
  const rows = presetNames.map((name) => {
    const { title, settings, protocols }: Preset = presets[name]
    const { patience, challenges } = settings
    const shows = challenges === undefined ? 'unknown' : challenges.value ? 'yes' : 'no'
    const sends = protocols.map(({ value }) => value).join(', ')
    return `| [\`${name}\`](gateways/${name}.md) | ${title} | ${patience?.value ?? 'unknown'} | ${shows} | ${sends} |`
  })
  return [
    '| preset | gateway | waits | challenges | passwords |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

function presetPart(name: PresetName): string {
  const { advisedPatience }: Preset = presets[name]
  return [
    '```yaml',
    'gateways:',
    '  vpn:',
    `    preset: ${name}`,
    '    address: 192.0.2.10',
    '    secret: credential:vpn-secret',
    ...(advisedPatience === undefined
      ? []
      : [`    # patience: ${advisedPatience}   # once the gateway waits that long, see below`]),
    '```',
    ...describePreset(presets[name]).flatMap(({ title, lines }) => [
      '',
      `## ${title}`,
      '',
      ...lines.map(item),
    ]),
  ].join('\n')
}

/** One bullet, with what it is built on. */
function item({ about, text, from }: Line): string {
  const source = from === undefined ? '' : ` *(${from === 'unverified' ? from : sources[from]})*`
  return `- ${about === undefined ? '' : `\`${about}\`: `}${text}${source}`
}
