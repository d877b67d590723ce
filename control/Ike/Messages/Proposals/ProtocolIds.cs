namespace IpsecDp.Ike.Messages.Proposals;

/// <summary>What follows from a protocol alone.</summary>
public static class ProtocolIds
{
    /// <summary>Octets of an SPI of ESP and AH.</summary>
    public const int ChildSpiLength = 4;

    /// <summary>Octets of an SPI of IKE.</summary>
    public const int IkeSpiLength = 8;

    /// <summary>Whether SAs of it are made by CREATE_CHILD_SA below an IKE SA.</summary>
    public static bool IsChild(ProtocolId protocol) => protocol is ProtocolId.Ah or ProtocolId.Esp;

    /// <summary>The name in a log line.</summary>
    public static string Name(ProtocolId protocol) => protocol switch
    {
        ProtocolId.None => "none",
        ProtocolId.Ike => "IKE",
        ProtocolId.Ah => "AH",
        ProtocolId.Esp => "ESP",
        _ => $"protocol {(byte)protocol}",
    };
}
