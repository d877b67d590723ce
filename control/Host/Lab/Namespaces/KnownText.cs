using System.Buffers.Binary;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>The content of everything the lab's applications send: a marker that is searched for on the wire, whose it is, a number, a time, and pseudo-random octets that follow from them.</summary>
internal static class KnownText
{
    /// <summary>Octets before the body.</summary>
    public const int HeaderLength = 48;

    private const int FlowAt = 24;
    private const int NumberAt = 32;
    private const int TimeAt = 40;
    private const int PoolLength = 1 << 21;

    // An odd step visits every offset of the pool before it repeats.
    private const int Step = 7919;

    private static readonly byte[] Pool = MakePool();

    /// <summary>What every content begins with.</summary>
    public static ReadOnlySpan<byte> Marker => "IPSECDP-LAB-CLEAR-TEXT-0"u8;

    /// <summary>Fills a datagram or record.</summary>
    public static void Write(Span<byte> content, uint flow, long number, long time)
    {
        Marker.CopyTo(content);
        BinaryPrimitives.WriteInt64BigEndian(content[FlowAt..], flow);
        BinaryPrimitives.WriteInt64BigEndian(content[NumberAt..], number);
        BinaryPrimitives.WriteInt64BigEndian(content[TimeAt..], time);
        BodyOf(flow, number, content.Length - HeaderLength).CopyTo(content[HeaderLength..]);
    }

    /// <summary>Whether content is what a flow writes under the number it bears.</summary>
    public static bool TryRead(ReadOnlySpan<byte> content, uint flow, out long number, out long time)
    {
        (number, time) = (0, 0);
        if (content.Length < HeaderLength || !content.StartsWith(Marker) || BinaryPrimitives.ReadInt64BigEndian(content[FlowAt..]) != flow)
        {
            return false;
        }

        number = BinaryPrimitives.ReadInt64BigEndian(content[NumberAt..]);
        time = BinaryPrimitives.ReadInt64BigEndian(content[TimeAt..]);
        return number >= 0 && content[HeaderLength..].SequenceEqual(BodyOf(flow, number, content.Length - HeaderLength));
    }

    private static ReadOnlySpan<byte> BodyOf(uint flow, long number, int length) =>
        Pool.AsSpan((int)(((number * Step) + (flow * 104_729L)) % (PoolLength - length)), length);

    private static byte[] MakePool()
    {
        var pool = new byte[PoolLength];
        new Random(4301).NextBytes(pool);
        return pool;
    }
}
