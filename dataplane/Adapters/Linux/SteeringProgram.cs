using IpsecDp.Wire.Ip;
using static IpsecDp.Adapters.Linux.BpfProgram;

namespace IpsecDp.Adapters.Linux;

/// <summary>An eBPF program by which the kernel sorts what the host sends into two queues of a TUN device: packets marked above routine (IP precedence, RFC 791 §3.1) go to the second, all others to the first.</summary>
/// <remarks>TUNSETSTEERINGEBPF shows the program the packet from its IP header on, for a TUN has no link header.</remarks>
internal static class SteeringProgram
{
    // The precedence is the upper three bits of the second octet of an IPv4 header; of an IPv6 one, whose traffic class begins in the lower half of the first octet, the upper three of those four.
    private const int PrecedenceBits = 0xE0;
    private const int PrecedenceBitsV6 = 0x0E;

    private static readonly ulong[] Program =
    [
        Instruction(MoveRegister, Context, source: 1),
        Instruction(LoadPacketByte, value: 0),
        Instruction(MoveRegister, Scratch, source: Result),
        Instruction(ShiftRight, Scratch, value: 4),
        Instruction(JumpIfEqual, Scratch, jump: 3, value: (int)IpVersion.V6),
        Instruction(LoadPacketByte, value: 1),
        Instruction(And, Result, value: PrecedenceBits),
        Instruction(Jump, jump: 1),
        Instruction(And, Result, value: PrecedenceBitsV6),
        Instruction(JumpIfEqual, Result, jump: 1, value: 0),
        Instruction(MoveValue, Result, value: 1),
        Instruction(Exit),
    ];

    /// <summary>Loads it; the descriptor, or the negative error number. Needs CAP_BPF or CAP_SYS_ADMIN where unprivileged programs are off.</summary>
    public static int TryLoad() => BpfProgram.TryLoad(Program);
}
