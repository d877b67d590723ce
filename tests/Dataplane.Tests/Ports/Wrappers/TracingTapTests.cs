using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;
using IpsecDp.Ports.Wrappers;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ports.Wrappers;

public sealed class TracingTapTests
{
    private readonly RigBuffers _buffers = new();

    [Fact]
    public void Trace_PacketsBothWays_WritesALineForEachWithItsDirection()
    {
        var (a, b) = MemoryCipherLink.Create();
        using var text = new StringWriter { NewLine = "\n" };
        using var port = new TappedCipherPort(a, new TracingTap(a.Name, packet => $"{packet.Length} octets", text));
        Send(port.Send, 100, 200);
        Send(b.Send, 300);
        using var batch = new PacketBatch();
        port.Receive(batch);
        Assert.Equal("memory:a > 100 octets\nmemory:a > 200 octets\nmemory:a < 300 octets\n", text.ToString());
    }

    [Fact]
    public void Trace_CipherSuperframe_WritesALineForEachOfItsPackets()
    {
        var frame = Frame.Of([.. Enumerable.Range(0, 3).Select(i => PacketBuilder.Udp("192.0.2.1", "198.51.100.1", 4500, 4500).Payload(i == 2 ? 99 : 600).Build())]);
        using var text = new StringWriter { NewLine = "\n" };
        var tap = new TracingTap("port", packet => $"{packet.Length} octets", text);
        using var batch = new PacketBatch();
        batch.Add(_buffers.Fill(frame.Octets, frame.Segments));
        batch.Add(_buffers.Fill(frame.Octets, frame.Segments with { HeaderLength = 20 }));
        tap.Observe(batch, 0, PacketDirection.Outbound);
        Assert.Equal($"port > 628 octets\nport > 628 octets\nport > 127 octets\nport > {frame.Octets.Length} octets\n", text.ToString());
    }

    [Fact]
    public void Trace_WriterThatFails_EndsTheTraceAndNotTheTraffic()
    {
        var (a, _) = MemoryCipherLink.Create();
        using var text = new BrokenWriter();
        var tap = new TracingTap(a.Name, packet => "packet", text);
        using var port = new TappedCipherPort(a, tap);
        Send(port.Send, 100, 200);
        Send(port.Send, 300);
        Assert.Equal(3, a.Stats.SentPackets);
        Assert.Equal("the pipe is broken", tap.Failure);
        Assert.Equal(1, text.Attempts);
    }

    private void Send(Action<PacketBatch> send, params int[] lengths)
    {
        using var batch = new PacketBatch();
        foreach (var length in lengths)
        {
            batch.Add(_buffers.Fill(MarkedPacket.Build(1, length)));
        }

        send(batch);
    }

    private sealed class BrokenWriter : StringWriter
    {
        public int Attempts { get; private set; }

        public override void WriteLine(string? value)
        {
            Attempts++;
            throw new IOException("the pipe is broken");
        }
    }
}
