using System.Buffers.Binary;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Workloads.PcapReplay;

/// <summary>What a reader has found so far, and the bounded reads it finds it with.</summary>
internal sealed class CaptureScan(byte[] octets, CaptureLimits limits)
{
    public List<CapturedPacket> Packets { get; } = [];

    public int Skipped { get; private set; }

    public CaptureFault Fault { get; private set; }

    public long FaultAt { get; private set; }

    public CaptureLimits Limits => limits;

    public int Length => octets.Length;

    /// <summary>Whether the file's numbers are big-endian.</summary>
    public bool IsBigEndian { get; set; }

    /// <summary>Whether this many octets lie at a place.</summary>
    public bool Has(int at, int count) => at >= 0 && count >= 0 && count <= octets.Length - at;

    public ReadOnlySpan<byte> Slice(int at, int count) => octets.AsSpan(at, count);

    public uint ReadWord(int at) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(octets.AsSpan(at)) : BinaryPrimitives.ReadUInt32LittleEndian(octets.AsSpan(at));

    public ushort ReadHalf(int at) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(octets.AsSpan(at)) : BinaryPrimitives.ReadUInt16LittleEndian(octets.AsSpan(at));

    /// <summary>Notes why reading ends; always false, so that a reader returns it.</summary>
    public bool Fail(CaptureFault fault, long at)
    {
        Fault = fault;
        FaultAt = at;
        return false;
    }

    /// <summary>Takes a frame in; false when the limit is reached.</summary>
    public bool AddFrame(int at, int length, LinkType linkType, long capturedAt)
    {
        if (!LinkLayer.TryFindIp(octets.AsSpan(at, length), linkType, out var ipAt)
            || !IpPacketView.TryView(octets.AsSpan(at + ipAt, length - ipAt), out var packet))
        {
            Skipped++;
            return true;
        }

        if (Packets.Count == limits.Packets)
        {
            return Fail(CaptureFault.TooMany, at);
        }

        Packets.Add(new(at + ipAt, packet.Octets.Length, capturedAt));
        return true;
    }
}
