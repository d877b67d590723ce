namespace IpsecDp.Adapters.Linux;

/// <summary>Classic BPF programs over an IP packet that ask whether it is marked above routine (IP precedence, RFC 791 §3.1; the upper three bits of an IPv6 traffic class).</summary>
internal static unsafe class PrecedenceFilter
{
    private const uint LoadByte = 0x30;
    private const uint JumpIfBits = 0x45;
    private const uint Return = 0x06;

    // SKF_NET_OFF: counted from the network header, wherever the socket's layer begins.
    private const uint NetworkHeader = unchecked((uint)-0x100000);

    /// <summary>What a socket filter returns for a packet that is kept whole.</summary>
    public const uint Keep = uint.MaxValue;

    /// <summary>What it returns for one that is not the socket's.</summary>
    public const uint Drop = 0;

    /// <summary>Attaches a program that returns <paramref name="marked"/> or <paramref name="routine"/>, by an option that takes a struct sock_fprog; the error number, or 0.</summary>
    public static int TryAttach(NativeSocket socket, int option, uint marked, uint routine)
    {
        // The second octet of an IPv4 header; in IPv6 the class begins in the lower half of the first.
        var instructions = stackalloc ulong[]
        {
            Instruction(LoadByte, NetworkHeader + (socket.IsV4 ? 1u : 0)),
            Instruction(JumpIfBits, socket.IsV4 ? 0xE0u : 0x0E) | (1ul << 24),
            Instruction(Return, marked),
            Instruction(Return, routine),
        };
        var program = new Program { Length = 4, Instructions = instructions };
        return socket.TrySet(SocketNumbers.LevelSocket, option, new ReadOnlySpan<byte>(&program, sizeof(Program)));
    }

    // struct sock_filter: code, two jumps counted from the next instruction, value.
    private static ulong Instruction(uint code, uint value) => code | ((ulong)value << 32);

    // struct sock_fprog.
    private struct Program
    {
        public ushort Length;
        public ulong* Instructions;
    }
}
