using System.Runtime.InteropServices;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Linux;

/// <summary>An eBPF program by which the kernel sorts what the host sends into two queues of a TUN device: packets marked above routine (IP precedence, RFC 791 §3.1) go to the second, all others to the first.</summary>
/// <remarks>bpf(2), instruction set of RFC 9669. TUNSETSTEERINGEBPF shows the program the packet from its IP header on, for a TUN has no link header.</remarks>
internal static unsafe class SteeringProgram
{
    private const int LoadCommand = 5;
    private const int SocketFilterType = 1;
    private const int VerifierLog = 0;

    private const byte MoveRegister = 0xBF;
    private const byte MoveValue = 0xB7;
    private const byte ShiftRight = 0x77;
    private const byte And = 0x57;
    private const byte LoadPacketByte = 0x30;
    private const byte JumpIfEqual = 0x15;
    private const byte Jump = 0x05;
    private const byte Exit = 0x95;

    private const byte Result = 0;
    private const byte Scratch = 1;
    private const byte Context = 6;

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
    public static int TryLoad()
    {
        fixed (ulong* instructions = Program)
        fixed (byte* license = "\0"u8)
        {
            var attributes = new LoadAttributes
            {
                Type = SocketFilterType,
                InstructionCount = (uint)Program.Length,
                Instructions = (ulong)instructions,
                License = (ulong)license,
                LogLevel = VerifierLog,
            };
            var descriptor = (int)Libc.SystemCall(Number, LoadCommand, &attributes, (nuint)sizeof(LoadAttributes));
            return descriptor < 0 ? -Libc.LastError : descriptor;
        }
    }

    // asm/unistd_64.h for x86-64, asm-generic/unistd.h for all later architectures.
    private static nint Number => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280;

    // struct bpf_insn: opcode, destination in the low half and source in the high half of an octet, jump, value.
    private static ulong Instruction(byte code, byte destination = Result, byte source = 0, short jump = 0, int value = 0) =>
        code | ((ulong)(destination | (source << 4)) << 8) | ((ulong)(ushort)jump << 16) | ((ulong)(uint)value << 32);

    // The front of union bpf_attr as BPF_PROG_LOAD reads it.
    [StructLayout(LayoutKind.Sequential)]
    private struct LoadAttributes
    {
        public uint Type;
        public uint InstructionCount;
        public ulong Instructions;
        public ulong License;
        public uint LogLevel;
        public uint LogSize;
        public ulong Log;
    }
}
