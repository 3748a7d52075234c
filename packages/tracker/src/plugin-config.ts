/** What a host says about tracking. */
export interface PluginConfig {
  /** Default `~/.config/opencode/agent-tracker.lmdb`. */
  databasePath?: string;
  /** Bytes, from 1 MiB to 2 GiB. Default 512 MiB. */
  maxDatabaseSize?: number;
  /** Whether commits and pushes are looked for. */
  enableGitHooks?: boolean;
  /** Whether the user is told, such as of a halted agent. */
  enableNotifications?: boolean;
  /** Whether files with secrets are protected from agents. */
  enableEnvironmentProtection?: boolean;
}
