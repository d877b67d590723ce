using System.Buffers.Binary;

namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>Optional segment X'22', adaptive rate based flow control: a rate reply without restraint.</summary>
internal static class RateSegment
{
    public const int Length = 12;
    public const byte Type = 0x22;

    private const byte RateReply = 0x40;

    /// <summary>Writes a reply to the rate request of a correlator (0 to 15), with the receiver's rate and the interval measured over.</summary>
    public static void Write(Span<byte> segment, int correlator, uint rate, uint interval)
    {
        segment[0] = Length / 4;
        segment[1] = Type;
        segment[2] = RateReply;
        segment[3] = (byte)(correlator & 0x0F);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], rate);
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], interval);
    }
}
