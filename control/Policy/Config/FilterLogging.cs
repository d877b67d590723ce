namespace IpsecDp.Policy.Config;

/// <summary>Which hits of a rule are logged.</summary>
internal enum FilterLogging
{
    /// <summary>None (the default).</summary>
    No,

    /// <summary>Every one.</summary>
    Yes,

    /// <summary>IpSec rules: those that found an SA.</summary>
    LogPermit,

    /// <summary>IpSec rules: those that found none.</summary>
    LogDeny,
}
