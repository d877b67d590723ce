namespace IpsecDp.Policy.Validation;

/// <summary>The rule a policy breaks; what a message is about.</summary>
public enum ConfigRule
{
    /// <summary>The file cannot be opened or read.</summary>
    Unreadable,

    /// <summary>The text, or what it expands to, is beyond the limits.</summary>
    TooLarge,

    /// <summary>Not UTF-8, or a control character.</summary>
    Encoding,

    /// <summary>Lines and braces.</summary>
    Syntax,

    /// <summary>A statement or attribute nobody knows.</summary>
    UnknownKeyword,

    /// <summary>Key exchange rules, identities, proofs and dynamic tunnels that do not belong together.</summary>
    KeyExchange,

    /// <summary>Known to z/OS but not to this version.</summary>
    Unsupported,

    /// <summary>A value that is not of its attribute's kind.</summary>
    Value,

    /// <summary>An attribute or statement that must be there.</summary>
    Missing,

    /// <summary>A name that breaks z/OS's rules of names.</summary>
    Name,

    /// <summary>The same thing said twice.</summary>
    Duplicate,

    /// <summary>A reference to a name that is not defined.</summary>
    DanglingReference,

    /// <summary>A group that holds itself.</summary>
    GroupCycle,

    /// <summary>IPv4 on one side and IPv6 on the other.</summary>
    AddressFamily,

    /// <summary>Ports, types or codes for a protocol without them.</summary>
    ServiceShape,

    /// <summary>A rule whose action and VPN action do not belong together.</summary>
    RuleAction,

    /// <summary>A rule that can never decide, because an earlier one always does.</summary>
    Shadowed,

    /// <summary>Algorithms that must not stand together, or alone.</summary>
    Algorithm,

    /// <summary>Algorithms kept for old peers only.</summary>
    Legacy,

    /// <summary>A key that is missing, of wrong length or not readable.</summary>
    Key,

    /// <summary>A key anybody would guess, or that two SAs must not share.</summary>
    WeakKey,

    /// <summary>A reserved, missing or doubled SPI.</summary>
    Spi,

    /// <summary>A tunnel's mode, endpoints or options against its rules.</summary>
    Tunnel,

    /// <summary>Text or an attribute that has no effect.</summary>
    Ignored,
}
