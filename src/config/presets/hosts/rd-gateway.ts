import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const rdGateway: Preset = {
  title: 'Microsoft Remote Desktop Gateway',
  settings: {
    patience: { value: '30s', from: 'unverified', because: 'NPS proxy settings' },
    challenges: { value: false, from: 'azure-docs-106356' },
    person_specific_device: { value: false, from: 'unverified' },
  },
  protocols: [
    {
      value: 'no-password',
      from: 'unverified',
      because: 'Windows has checked the password; RADIUS asks only whether the person may come in',
    },
  ],
  sending: { ...every(30, 1), from: 'unverified' },
  timers: [{ text: 'The NPS in front waits 30 s.', from: 'unverified' }],
  advice: [
    { text: 'Set the time-out of the remote RADIUS server group to 60 s.', from: 'microsoft-nps' },
  ],
  advisedPatience: '60s',
  groups: [],
  device: [],
  quirks: [
    {
      id: 'no-password',
      text: 'A request carries no password, so only a call can be the second factor; this takes first_factor: none and prompt_without_password: true.',
      from: 'unverified',
    },
  ],
}
