import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const pamRadius: Preset = {
  title: 'pam_radius on Linux',
  settings: {
    patience: { value: '3s', from: 'unverified' },
    challenges: { value: true, from: 'pam-radius-usage' },
    person_specific_device: {
      value: false,
      from: 'unverified',
      because:
        'what Calling-Station-Id says comes from the program that asks, not from the network',
    },
  },
  protocols: [{ value: 'pap', from: 'pam-radius-usage' }],
  sending: { ...every(3, 3), from: 'unverified' },
  timers: [
    {
      text: 'Each server in its file has a time-out; the default is 3 s.',
      from: 'unverified',
    },
    { text: 'retry says how often it sends again.', from: 'pam-radius-usage' },
  ],
  advice: [
    {
      text: 'Write requisite, not sufficient, in the file of the service: with sufficient, PAM asks for the local password after a refusal.',
      from: 'pam-radius-lab',
    },
    {
      text: 'Leave localifdown out: with it, the local password alone is enough while no server answers.',
      from: 'pam-radius-usage',
    },
    {
      text: 'Write 60 as the time-out after the secret in the line of the server.',
      from: 'microsoft-nps',
    },
    {
      text: 'Add prompt_attribute, or what people type into a challenge is shown.',
      from: 'pam-radius-usage',
    },
  ],
  advisedPatience: '60s',
  groups: [],
  device: [],
  messageAuthenticator: {
    text: 'libpam-radius-auth of Debian 12 is too old to send it: take a newer pam_radius, or set message_authenticator: learn and keep the host on a network that you trust.',
    from: 'pam-radius-lab',
  },
  quirks: [
    {
      id: 'refusal-not-shown',
      text: 'It shows the text of a challenge, but not that of a refusal.',
      from: 'pam-radius-lab',
    },
    {
      id: 'prompt-text',
      text: 'It changes the text of a challenge on the way to the terminal.',
      from: 'pam-radius-67',
    },
    {
      id: 'challenge-echoed',
      text: 'Without prompt_attribute, answers to challenges are visible while they are typed.',
      from: 'pam-radius-usage',
    },
  ],
}
