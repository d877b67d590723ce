namespace IpsecDp.Ports.Buffers;

/// <summary>What the segments of a superframe are.</summary>
public enum SegmentKind : byte
{
    /// <summary>A single packet.</summary>
    None,

    /// <summary>TCP segments (TSO).</summary>
    Tcp,

    /// <summary>UDP datagrams (USO, UDP_SEGMENT).</summary>
    Udp,
}
