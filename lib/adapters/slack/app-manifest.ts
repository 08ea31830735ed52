// The Slack app as Slack is told of it. docs/slack-app.md shows it.
// https://docs.slack.dev/reference/app-manifest
import { SHORTCUT } from '../../presentation/slack/references.ts';
import { BOT_EVENTS, BOT_SCOPES } from './scopes.ts';

/** The slash command. */
export const COMMAND = '/countersign';

/** The manifest of an app whose requests go to one address, which serves commands, events and presses alike. */
export function appManifest(requestUrl: string) {
  return {
    display_information: { name: 'Countersign', description: "Reviews of access that is not a person's" },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: true },
      bot_user: { display_name: 'Countersign', always_online: true },
      shortcuts: [
        {
          name: 'Review an identity',
          type: 'global',
          callback_id: SHORTCUT.review,
          description: 'Look for one that waits for your answer',
        },
        {
          name: 'Review this identity',
          type: 'message',
          callback_id: SHORTCUT.reviewThis,
          description: 'Look for the one this message names',
        },
      ],
      slash_commands: [
        {
          command: COMMAND,
          url: requestUrl,
          description: 'What waits for you',
          usage_hint: 'status | inbox | delegate | launch | hold | resume | help',
          should_escape: false,
        },
      ],
    },
    oauth_config: { scopes: { bot: Object.keys(BOT_SCOPES).toSorted() } },
    settings: {
      event_subscriptions: { request_url: requestUrl, bot_events: [...BOT_EVENTS] },
      interactivity: { is_enabled: true, request_url: requestUrl },
      org_deploy_enabled: false,
      socket_mode_enabled: false,
      token_rotation_enabled: false,
    },
  } as const;
}
