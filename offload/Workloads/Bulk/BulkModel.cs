namespace IpsecDp.Workloads.Bulk;

/// <summary>TCP data as fast as windows allow, every second segment acknowledged; flows send from host A and host B in turn.</summary>
public sealed record BulkModel
{
    /// <summary>Flows.</summary>
    public int Flows { get; init; } = 4;

    /// <summary>Segments a flow has under way at most.</summary>
    public int Window { get; init; } = 64;

    /// <summary>Segments per packet handed over: 1 for single packets, up to what 64 KiB holds for superframes; more than half a window is cut to that.</summary>
    public int SegmentsPerFrame { get; init; } = 1;

    /// <summary>Payload octets of a segment; 0 for what the path MTU leaves.</summary>
    public int SegmentSize { get; init; }

    /// <summary>Whether every flow sends from host A, so that acknowledgments alone come back.</summary>
    public bool IsOneWay { get; init; }

    /// <summary>Port the sending end talks to.</summary>
    public ushort ServicePort { get; init; } = 5001;
}
