using System.Buffers.Binary;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Linux;

/// <summary>A classic BPF program over Ethernet frames; the kernel runs it on each frame, so what it lets through is complete even when the reader is slow.</summary>
public sealed class LinkFilter
{
    private const ushort LoadWord = 0x20;
    private const ushort LoadHalf = 0x28;
    private const ushort LoadByte = 0x30;
    private const ushort LoadHalfBehindHeader = 0x48;
    private const ushort LoadHeaderLength = 0xB1;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfBits = 0x45;
    private const ushort Return = 0x06;

    private const int EthernetLength = 14;
    private const uint WholeFrame = 0x40000;
    private const uint FragmentBits = 0x3FFF;

    private readonly List<(ushort Code, Target IfTrue, Target IfFalse, uint Value)> _program = [];
    private ulong[] _instructions = [];

    private LinkFilter()
    {
    }

    private enum Target
    {
        Next,
        Keep,
        Turned,
        Drop,
    }

    /// <summary>Everything.</summary>
    public static LinkFilter All { get; } = new();

    /// <summary>The program as struct sock_filter, eight octets each.</summary>
    internal ReadOnlySpan<ulong> Instructions => _instructions;

    /// <summary>How many instructions; 0 for no program.</summary>
    public int Length => _program.Count;

    /// <summary>Everything but ESP between two endpoints, either way: protocol 50, or UDP on <paramref name="port"/> where one is given.</summary>
    public static LinkFilter AllButEsp(IpAddress a, IpAddress b, ushort? port)
    {
        var filter = new LinkFilter();
        var isV4 = a.Version == IpVersion.V4;
        filter.Require(LoadHalf, 12, isV4 ? 0x0800u : 0x86DD);
        filter.Require(LoadByte, EthernetLength + (isV4 ? 9 : 6), port is null ? IpProtocol.Esp : IpProtocol.Udp);
        if (port is { } number)
        {
            filter.RequirePorts(isV4, number);
        }

        filter.RequireWay(a, b, Target.Turned, Target.Drop);
        var turned = filter.Length;
        filter.RequireWay(b, a, Target.Keep, Target.Drop);
        var drop = filter.Length;
        filter.Append(Return, 0, Target.Next, Target.Next);
        filter.Append(Return, WholeFrame, Target.Next, Target.Next);
        filter.Resolve(turned, drop);
        return filter;
    }

    private void RequirePorts(bool isV4, ushort port)
    {
        if (!isV4)
        {
            Require(LoadHalf, EthernetLength + Ipv6View.HeaderLength, port);
            Require(LoadHalf, EthernetLength + Ipv6View.HeaderLength + 2, port);
            return;
        }

        // A later fragment has no ports; with its first one it is kept, so that who reads both can tell whose it is.
        Append(LoadHalf, EthernetLength + 6, Target.Next, Target.Next);
        Append(JumpIfBits, FragmentBits, Target.Keep, Target.Next);
        Append(LoadHeaderLength, EthernetLength, Target.Next, Target.Next);
        Require(LoadHalfBehindHeader, EthernetLength, port);
        Require(LoadHalfBehindHeader, EthernetLength + 2, port);
    }

    private void RequireWay(IpAddress source, IpAddress destination, Target otherwise, Target whenAll)
    {
        Span<byte> octets = stackalloc byte[32];
        source.WriteTo(octets);
        destination.WriteTo(octets[source.Length..]);
        var at = EthernetLength + (source.Version == IpVersion.V4 ? 12 : 8);
        var words = (source.Length + destination.Length) / 4;
        for (var word = 0; word < words; word++)
        {
            Append(LoadWord, (uint)(at + (word * 4)), Target.Next, Target.Next);
            Append(JumpIfEqual, BinaryPrimitives.ReadUInt32BigEndian(octets[(word * 4)..]), word == words - 1 ? whenAll : Target.Next, otherwise);
        }
    }

    private void Require(ushort load, int at, uint value)
    {
        Append(load, (uint)at, Target.Next, Target.Next);
        Append(JumpIfEqual, value, Target.Next, Target.Keep);
    }

    private void Append(ushort code, uint value, Target ifTrue, Target ifFalse) => _program.Add((code, ifTrue, ifFalse, value));

    // struct sock_filter: code, two jumps counted from the next instruction, value.
    private void Resolve(int turned, int drop)
    {
        _instructions = new ulong[_program.Count];
        for (var at = 0; at < _program.Count; at++)
        {
            var (code, ifTrue, ifFalse, value) = _program[at];
            _instructions[at] = code | ((ulong)Distance(ifTrue, at) << 16) | ((ulong)Distance(ifFalse, at) << 24) | ((ulong)value << 32);
        }

        byte Distance(Target target, int at) => target switch
        {
            Target.Turned => (byte)(turned - at - 1),
            Target.Drop => (byte)(drop - at - 1),
            Target.Keep => (byte)(drop - at),
            _ => 0,
        };
    }
}
