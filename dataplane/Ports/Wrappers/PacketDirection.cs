namespace IpsecDp.Ports.Wrappers;

/// <summary>Which way a packet crossed a port, seen from the data plane; the numbers are those of pcapng's epb_flags.</summary>
public enum PacketDirection : byte
{
    /// <summary>The port received it.</summary>
    Inbound = 1,

    /// <summary>The port was given it to send, pass or inject.</summary>
    Outbound = 2,
}
