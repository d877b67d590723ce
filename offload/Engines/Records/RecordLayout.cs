namespace IpsecDp.Engines.Records;

/// <summary>Where what stands in a binary record: an SMF header, triplets (offset, length, number) and the sections they point at; all numbers big-endian, times in nanoseconds. docs/records.md says it field by field.</summary>
internal static class RecordLayout
{
    public const ushort Version = 2;

    /// <summary>The oldest version that is still read.</summary>
    public const ushort OldestVersion = 1;

    // SMF gives 128 to 255 to whoever is not IBM.
    public const byte Type = 223;
    public const ushort Subtype = 3;

    // Subtypes are used.
    public const byte Flags = 0x40;

    // "IPSC" in ASCII.
    public const uint Subsystem = 0x49505343;

    public const int LengthAt = 0;
    public const int FlagsAt = 4;
    public const int TypeAt = 5;
    public const int TimeAt = 6;
    public const int DateAt = 10;
    public const int SystemAt = 14;
    public const int SubsystemAt = 18;
    public const int SubtypeAt = 22;
    public const int VersionAt = 24;
    public const int TripletCountAt = 26;
    public const int ChecksumAt = 28;
    public const int TripletsAt = 32;
    public const int TripletLength = 8;

    // What stands for a figure the system does not give.
    public const ulong Unknown = ulong.MaxValue;

    /// <summary>Length of one section of each kind, in the order of the triplets.</summary>
    public static readonly int[] SectionLengths = [104, 44, 24, 112, 32, 40, 8 * CountHistogram.Buckets];

    public static int SectionsAt => TripletsAt + (TripletLength * SectionLengths.Length);

    /// <summary>The causes of spilling a version knows: the first one knew none later than <see cref="SpillCause.Helped"/>.</summary>
    public static int CausesOf(int version) => version == OldestVersion ? (int)SpillCause.Helped + 1 : SpillCauses.Count;

    /// <summary>How many sections of each kind a record of so many engines and causes has.</summary>
    public static int[] Counts(int engines, int causes) =>
        [1, 1, Accounting.CpuAccounts.Count, ServiceClasses.Count, causes * ServiceClasses.Count, engines, 3];
}
