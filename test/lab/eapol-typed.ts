import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What became of a sign-in at which a person typed. */
export type TypedResult = {
  readonly isAccepted: boolean
  readonly keysFit: boolean
  /** What the device has shown them, in order. */
  readonly prompts: readonly string[]
  readonly output: string
}

/**
 * Signs in once with eapol_test as a device that shows each prompt of EAP-GTC (`wpa_cli` types the next of
 * `answers`). `lines`: of the network block, without a password: with one it would not ask.
 */
export async function signInByTyping(options: {
  readonly port: number
  readonly gateway: string
  readonly lines: readonly string[]
  readonly answers: readonly string[]
  /** Calling-Station-Id. */
  readonly mac: string
}): Promise<TypedResult> {
  const { port, gateway, lines, answers, mac } = options
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-typed-'))
  const file = join(folder, 'network.conf')
  const network = ['network={', 'key_mgmt=WPA-EAP', ...lines, '}']
  writeFileSync(file, [`ctrl_interface=${folder}`, ...network, ''].join('\n'))
  const child = spawn('stdbuf', [
    // Without this, it says what it asks for when its buffer is full.
    ...['-oL', 'eapol_test'],
    ...['-c', file, '-a', '127.0.0.1', '-p', String(port), '-s', 'testing123'],
    ...['-t', '20', '-M', mac, '-N', `32:s:${gateway}`],
  ])
  const prompts: string[] = []
  let output = ''
  child.stdout.on('data', (text: Buffer) => {
    output += text
    const asked = [...output.matchAll(/^CTRL-REQ-OTP-0:(.*) needed for SSID/gm)]
    for (const [, prompt = ''] of asked.slice(prompts.length)) {
      const answer = answers[prompts.length]
      prompts.push(prompt)
      if (answer !== undefined) {
        const line = ['-p', folder, '-i', 'test', 'otp', '0', answer]
        run('wpa_cli', line, { timeout: 5_000 }).catch((error: unknown) => {
          output += String(error)
        })
      }
    }
  })
  await new Promise((resolve) => child.on('close', resolve))
  rmSync(folder, { recursive: true, force: true })
  return {
    isAccepted: /^SUCCESS$/m.test(output),
    keysFit: /^MPPE keys OK: [1-9]\d*\s+mismatch: 0$/m.test(output),
    prompts,
    output,
  }
}
