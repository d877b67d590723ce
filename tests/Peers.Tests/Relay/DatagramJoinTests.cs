using System.Buffers.Binary;
using IpsecDp.Peers.Relay;
using IpsecDp.TestKit.Packets;

namespace Peers.Tests.Relay;

public unsafe class DatagramJoinTests
{
    private const int FrameAt = RelayFrame.PrefixLength + RelayFrame.VirtioLength;
    private const int HeadersLength = 28;
    private const int Payload = 172;

    [Theory]
    [InlineData(2, Payload)]
    [InlineData(45, Payload)]
    [InlineData(45, 1)]
    public void TryJoin_DatagramsOfOneFlow_CutIntoWhatTheyWere(int count, int lastPayload)
    {
        var payloads = Enumerable.Range(0, count).Select(i => Enumerable.Repeat((byte)(i + 1), i == count - 1 ? lastPayload : Payload).ToArray()).ToArray();
        var joined = Join([.. payloads.SelectMany(payload => Frame(payload))], FrameAt + HeadersLength + Payload);

        Assert.NotNull(joined);
        // virtio 1.2 §5.1.6: checksum to complete, UDP_L4, header length, segment size, where to sum from and to.
        Assert.Equal([1, 5, 28, 0, Payload, 0, 20, 0, 6, 0], joined[..RelayFrame.VirtioLength]);
        var packet = joined[RelayFrame.VirtioLength..];
        Assert.Equal(packet.Length, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2)));
        Assert.Equal(packet.Length - 20, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(24)));
        Assert.Equal(0, NaiveChecksum.Compute(packet.AsSpan(0, 20)));
        Assert.Equal(payloads.SelectMany(payload => payload), packet[HeadersLength..]);
        // Completed from the pseudo sum as the kernel does, the checksum must hold over pseudo header and datagram.
        var sum = NaiveChecksum.Compute(packet.AsSpan(20));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(26), sum);
        byte[] pseudo = [.. packet[12..20], 0, 17, .. packet[24..26]];
        Assert.Equal(0, NaiveChecksum.Compute([.. pseudo, .. packet[20..]]));
    }

    [Theory]
    [InlineData(1, "type of service")]
    [InlineData(6, "fragment flags")]
    [InlineData(8, "time to live")]
    [InlineData(9, "protocol")]
    [InlineData(15, "source")]
    [InlineData(19, "destination")]
    [InlineData(21, "source port")]
    [InlineData(23, "destination port")]
    public void TryJoin_OneThatDiffers_IsRefused(int at, string field)
    {
        var frames = Enumerable.Range(0, 3).SelectMany(i => Frame([.. Enumerable.Repeat((byte)i, Payload)])).ToArray();
        frames[(2 * (FrameAt + HeadersLength + Payload)) + FrameAt + at] ^= 1;
        Assert.True(Join(frames, FrameAt + HeadersLength + Payload) is null, field);
    }

    [Fact]
    public void TryJoin_OneDatagram_IsRefused() => Assert.Null(Join(Frame(new byte[Payload]), FrameAt + HeadersLength + Payload));

    [Fact]
    public void TryJoin_LastTooShortForItsHeaders_IsRefused()
    {
        byte[] frames = [.. Frame(new byte[Payload]), .. Frame(new byte[Payload])[..(FrameAt + HeadersLength)]];
        Assert.Null(Join(frames, FrameAt + HeadersLength + Payload));
    }

    private static byte[]? Join(byte[] frames, int size)
    {
        var join = new DatagramJoin();
        fixed (byte* octets = frames)
        {
            if (!join.TryJoin(octets, frames.Length, size))
            {
                return null;
            }

            var whole = new List<byte>();
            for (var i = 0; i < join.PieceCount; i++)
            {
                whole.AddRange(join[i]);
            }

            return [.. whole];
        }
    }

    // A frame as the relay carries it: prefix, virtio header, IPv4, UDP.
    private static byte[] Frame(byte[] payload)
    {
        var frame = new byte[FrameAt + HeadersLength + payload.Length];
        frame[0] = RelayFrame.Frames;
        byte[] headers = [0x45, 0x80, 0, 0, 0, 1, 0x40, 0, 64, 17, 0, 0, 10, 92, 0, 1, 10, 92, 0, 2, 0x2E, 0xE2, 0x2E, 0xE2, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(headers.AsSpan(2), (ushort)(HeadersLength + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(headers.AsSpan(24), (ushort)(8 + payload.Length));
        headers.CopyTo(frame, FrameAt);
        payload.CopyTo(frame, FrameAt + HeadersLength);
        return frame;
    }
}
