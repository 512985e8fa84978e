import { type Preset, presetNames, presets } from '../../src/config/presets/index.ts'

/** How a gateway behaves on the wire, as its preset has it. */
export type GatewayModel = {
  readonly name: string
  /** When it sends the request, in seconds from the start of a try. */
  readonly sends: readonly number[]
  /** When it stops waiting, in seconds. */
  readonly givesUp: number
  readonly challenges: boolean
  /** Whether it then asks a second server, here another address of the same service. */
  readonly secondServer: boolean
}

/** As they come out of the box, which is the hard case: no one has raised a timer yet. */
export const gatewayModels: readonly GatewayModel[] = presetNames.map((name) => {
  const { title, settings, sending }: Preset = presets[name]
  return {
    name: title,
    sends: sending.atSeconds,
    givesUp: sending.givesUpSeconds,
    // Where no one knows: the hard case.
    challenges: settings.challenges?.value ?? false,
    secondServer: sending.secondServer ?? false,
  }
})
