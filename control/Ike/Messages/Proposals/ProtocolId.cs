namespace IpsecDp.Ike.Messages.Proposals;

/// <summary>IANA "IKEv2 Security Protocol Identifiers"; any other number is a value too.</summary>
public enum ProtocolId : byte
{
    /// <summary>A notification about no SA in particular.</summary>
    None = 0,

    /// <summary>The IKE SA.</summary>
    Ike = 1,

    /// <summary>A child SA of AH.</summary>
    Ah = 2,

    /// <summary>A child SA of ESP.</summary>
    Esp = 3,
}
