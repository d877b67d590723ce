using System.Diagnostics.CodeAnalysis;

namespace IpsecDp.Policy.Binding;

/// <summary>Reads one attribute's value; on false it has said why.</summary>
internal delegate bool ValueParser<T>(ValueCursor cursor, [MaybeNullWhen(false)] out T value);
