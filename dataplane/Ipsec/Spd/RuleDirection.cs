namespace IpsecDp.Ipsec.Spd;

/// <summary>Which packets a rule looks at.</summary>
[Flags]
public enum RuleDirection : byte
{
    /// <summary>Packets the host sends.</summary>
    Outbound = 1,

    /// <summary>Packets for the host.</summary>
    Inbound = 2,

    /// <summary>Both ways of a conversation.</summary>
    Both = Outbound | Inbound,
}
