using System.Text.Json;

namespace IpsecDp.Engines.Records;

/// <summary>Reads the members of a record's JSON; the first one that is missing, of another kind or out of its range is kept as the fault of the record.</summary>
internal sealed class RecordJsonFigures
{
    // The binary form's range of times and counts.
    private const long Most = long.MaxValue / 256;
    private const double Nano = 1e9;

    /// <summary>What was wrong first.</summary>
    public RecordFault Fault { get; private set; }

    /// <summary>Keeps a fault, unless there is one already.</summary>
    public void Refuse(RecordFault fault) => Fault = Fault == RecordFault.None ? fault : Fault;

    /// <summary>A member of a kind; what is missing leaves an empty element.</summary>
    public JsonElement Member(JsonElement parent, string name, JsonValueKind kind)
    {
        if (parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind == kind)
        {
            return member;
        }

        Refuse(RecordFault.WrongSection);
        return default;
    }

    /// <summary>Elements of an array member.</summary>
    public IReadOnlyList<JsonElement> Elements(JsonElement parent, string name) => Member(parent, name, JsonValueKind.Array) is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray()] : [];

    /// <summary>A text.</summary>
    public string Text(JsonElement parent, string name) => Member(parent, name, JsonValueKind.String) is { ValueKind: JsonValueKind.String } member ? member.GetString()! : "";

    /// <summary>Whether a text is the first of two words; any other is a fault.</summary>
    public bool Choice(JsonElement parent, string name, string yes, string no)
    {
        var text = Text(parent, name);
        if (text != yes && text != no)
        {
            Refuse(RecordFault.Impossible);
        }

        return text == yes;
    }

    /// <summary>A truth value.</summary>
    public bool Flag(JsonElement parent, string name)
    {
        if (parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return member.GetBoolean();
        }

        Refuse(RecordFault.WrongSection);
        return false;
    }

    /// <summary>A whole number from 0.</summary>
    public long Count(JsonElement parent, string name, long most = Most) => Count(Member(parent, name, JsonValueKind.Number), most);

    /// <summary>The same, already found.</summary>
    public long Count(JsonElement member, long most = Most)
    {
        if (member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var value) && value >= 0 && value <= most)
        {
            return value;
        }

        Refuse(member.ValueKind == JsonValueKind.Number ? RecordFault.Impossible : RecordFault.WrongSection);
        return 0;
    }

    /// <summary>A whole number from 0, or null.</summary>
    public long? CountOrNull(JsonElement parent, string name) => IsNull(parent, name) ? null : Count(parent, name);

    /// <summary>Seconds from 0.</summary>
    public double Seconds(JsonElement parent, string name)
    {
        var member = Member(parent, name, JsonValueKind.Number);
        if (member.ValueKind == JsonValueKind.Number && member.TryGetDouble(out var value) && value >= 0 && value <= Most / Nano)
        {
            return value;
        }

        Refuse(RecordFault.Impossible);
        return 0;
    }

    /// <summary>A number from 0, or null.</summary>
    public double? SecondsOrNull(JsonElement parent, string name) => IsNull(parent, name) ? null : Seconds(parent, name);

    private static bool IsNull(JsonElement parent, string name) => parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Null;
}
