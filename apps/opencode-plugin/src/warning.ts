/** Something that went on, but that a person should know; as the packages inside of the plugin give it. */
export interface Warning {
  readonly code: string;
  readonly message: string;
  readonly path: string;
}
