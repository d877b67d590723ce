namespace IpsecDp.Ipsec.Spd;

/// <summary>Which hits of a rule are reported (z/OS IpFilterLogging).</summary>
[Flags]
public enum RuleLogging : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Packets the rule let go on; of a Protect rule those that found their SA (LogPermit).</summary>
    Permitted = 1,

    /// <summary>Packets the rule stopped; of a Protect rule those without the SA it demands (LogDeny).</summary>
    Denied = 2,

    /// <summary>Every hit.</summary>
    All = Permitted | Denied,
}
