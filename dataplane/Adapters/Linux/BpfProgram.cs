using System.Runtime.InteropServices;

namespace IpsecDp.Adapters.Linux;

/// <summary>eBPF programs for packets, given to the kernel by bpf(2); instruction set of RFC 9669.</summary>
internal static unsafe class BpfProgram
{
    public const byte MoveRegister = 0xBF;
    public const byte MoveValue = 0xB7;
    public const byte ShiftRight = 0x77;
    public const byte And = 0x57;
    public const byte LoadPacketByte = 0x30;
    public const byte LoadAddress = 0x18;
    public const byte StoreWord = 0x63;
    public const byte StoreDoubleWord = 0x7B;
    public const byte JumpIfEqual = 0x15;
    public const byte Jump = 0x05;
    public const byte Call = 0x85;
    public const byte Exit = 0x95;

    /// <summary>Register 0: what a call gives, and what the program returns.</summary>
    public const byte Result = 0;

    /// <summary>Register 1: the packet when the program begins, and nothing after a call.</summary>
    public const byte Scratch = 1;

    /// <summary>Register 6, which calls leave as it is: where loads from the packet find it.</summary>
    public const byte Context = 6;

    private const int MakeMapCommand = 0;
    private const int LoadCommand = 5;
    private const int ArrayMap = 2;
    private const int SocketFilterType = 1;
    private const uint MapsToMemory = 1u << 10;

    // asm/unistd_64.h for x86-64, asm-generic/unistd.h for all later architectures.
    private static nint Number => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280;

    /// <summary>Loads a program that sees packets; its descriptor, or the negative error number. Needs CAP_BPF or CAP_SYS_ADMIN where unprivileged programs are off.</summary>
    public static int TryLoad(ReadOnlySpan<ulong> program)
    {
        fixed (ulong* instructions = program)
        fixed (byte* license = "\0"u8)
        {
            var attributes = new LoadAttributes { Type = SocketFilterType, InstructionCount = (uint)program.Length, Instructions = (ulong)instructions, License = (ulong)license };
            return Ask(LoadCommand, &attributes, (nuint)sizeof(LoadAttributes));
        }
    }

    /// <summary>Makes room for so many octets that programs write and the process sees in its own memory once it maps the descriptor; or the negative error number.</summary>
    public static int TryMakeNote(int octets)
    {
        var attributes = new MapAttributes { Type = ArrayMap, KeySize = sizeof(uint), ValueSize = (uint)octets, MostEntries = 1, Flags = MapsToMemory };
        return Ask(MakeMapCommand, &attributes, (nuint)sizeof(MapAttributes));
    }

    /// <summary>struct bpf_insn: opcode, destination in the low half and source in the high half of an octet, jump, value.</summary>
    public static ulong Instruction(byte code, byte destination = Result, byte source = 0, short jump = 0, int value = 0) =>
        code | ((ulong)(destination | (source << 4)) << 8) | ((ulong)(ushort)jump << 16) | ((ulong)(uint)value << 32);

    private static int Ask(int command, void* attributes, nuint length)
    {
        var descriptor = (int)Libc.SystemCall(Number, command, attributes, length);
        return descriptor < 0 ? -Libc.LastError : descriptor;
    }

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

    // As BPF_MAP_CREATE reads it.
    [StructLayout(LayoutKind.Sequential)]
    private struct MapAttributes
    {
        public uint Type;
        public uint KeySize;
        public uint ValueSize;
        public uint MostEntries;
        public uint Flags;
    }
}
