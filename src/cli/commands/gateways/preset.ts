import {
  describePreset,
  type Line,
  type Preset,
  presetNames,
  presets,
  type Section,
  type Source,
  sources,
} from '../../../config/presets/index.ts'
import { command, commandGroup, jsonOption } from '../../command.ts'
import { exitCodes } from '../../exit-codes.ts'
import { print, printJson } from '../../io.ts'
import { createPaint, formatFields, formatTable, type Paint } from '../../text/print.ts'

const list = command({
  usage: 'list',
  describe: 'List the kinds of gateway that are known',
  options: (yargs) => jsonOption(yargs),
  async run({ json }, io) {
    if (json) printJson(io, presetNames.map(toJson))
    else {
      const header = ['PRESET', 'WAITS', 'CHALLENGES', 'GATEWAY']
      print(io, formatTable(header, presetNames.map(toRow), createPaint(io)))
    }
    return exitCodes.ok
  },
})

const show = command({
  usage: 'show <name>',
  describe: 'Show what a preset sets, what is known of the gateway, and what to set on it',
  options: (yargs) =>
    jsonOption(yargs).positional('name', {
      choices: presetNames,
      demandOption: true,
      describe: 'Name of the preset',
    }),
  async run({ name, json }, io) {
    if (json) printJson(io, { ...toJson(name), sources: namedSources(presets[name]) })
    else print(io, presetText(presets[name], createPaint(io)))
    return exitCodes.ok
  },
})

/** `preset list|show`. Nothing is asked of a service: presets are part of the program. */
export const presetCommand = commandGroup(
  'preset',
  'Show what is known about each kind of gateway: list, show',
  [list, show],
)

function toJson(name: (typeof presetNames)[number]) {
  return { name, ...presets[name] }
}

function toRow(name: (typeof presetNames)[number]): readonly string[] {
  const { title, settings }: Preset = presets[name]
  const { patience, challenges } = settings
  return [
    name,
    patience?.value ?? 'unknown',
    challenges === undefined ? 'unknown' : challenges.value ? 'yes' : 'no',
    title,
  ]
}

function presetText(preset: Preset, paint: Paint): string {
  const sections = describePreset(preset).map(
    ({ title, lines }) =>
      `${paint('bold', title)}\n${lines.map((line) => item(line, paint)).join('')}`,
  )
  const named = formatFields(Object.entries(namedSources(preset)), paint)
  return [
    `${paint('bold', preset.title)}\n`,
    ...sections,
    `${paint('bold', 'Sources')}\n${named}`,
  ].join('\n')
}

function item({ about, text, from }: Line, paint: Paint): string {
  const source = from === undefined ? '' : ` ${paint('dim', `[${from}]`)}`
  return `- ${about === undefined ? '' : `${about}: `}${text}${source}\n`
}

/** The sources that are named, with what they are. */
function namedSources(preset: Preset): Readonly<Record<string, string>> {
  const lines = describePreset(preset).flatMap((section: Section) => section.lines)
  const named = lines.flatMap(({ from }): readonly Source[] => (from === undefined ? [] : [from]))
  return Object.fromEntries([...new Set(named)].sort().map((name) => [name, sources[name]]))
}
