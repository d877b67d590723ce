using IpsecDp.Workloads.Payload;

namespace IpsecDp.Workloads.Flows;

/// <summary>How a one-way flow sends: record sizes in octets of data, window, acknowledgments, bursts. Times in ticks.</summary>
internal sealed record StreamShape
{
    /// <summary>Smallest and largest record; the largest is cut to what the path carries.</summary>
    public required int SmallestRecord { get; init; }

    public required int LargestRecord { get; init; }

    /// <summary>Records that may be under way.</summary>
    public required int Window { get; init; }

    /// <summary>Records after which the receiver acknowledges.</summary>
    public required int AcknowledgeEvery { get; init; }

    /// <summary>How long the receiver holds back an acknowledgment for fewer records.</summary>
    public required long DelayedAcknowledgment { get; init; }

    /// <summary>How long the sender waits for an acknowledgment before it writes the records off.</summary>
    public required long GiveUpAfter { get; init; }

    /// <summary>Records in one packet handed over; over 1 makes superframes.</summary>
    public int RecordsPerPacket { get; init; } = 1;

    /// <summary>Records sent back to back before the pace is looked at.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>Ticks per record when paced, 0 when the window alone decides.</summary>
    public long Interval { get; init; }

    /// <summary>The length of a record, the same on every run.</summary>
    public int RecordLength(FlowIdentity flow, long sequence, int capacity)
    {
        var length = SmallestRecord >= LargestRecord
            ? LargestRecord
            : (int)SeedDerivation.Between(~flow.Key, (ulong)sequence, SmallestRecord, LargestRecord);
        return Math.Clamp(length, PayloadStamp.Length, capacity);
    }
}
